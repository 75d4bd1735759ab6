using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Ipc;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Local;

/// <summary>
/// The commands that may be started on this machine (EX-05, G06, G11). The key is the digest of every argument, the program found, the folder and the
/// variables. Any difference makes another command, which needs its own approval.
/// </summary>
/// <param name="commands">The store of approvals.</param>
internal sealed class CommandRegister(ICommandApprovalStore commands) : ICommandApprovals
{
    /// <summary>
    /// Returns the command as it was approved; null when it was not. A command without an approval is stored, so that a person can look at it.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read or written: nothing is started then.</exception>
    public async ValueTask<CommandLine?> MayStartAsync(string name, CommandLine command)
    {
        if (await commands.FindAsync(command.Digest).ConfigureAwait(false) is { IsApproved: true } row
            && Read(row.Content) is { Minimum: not null } approved && approved.Digest == command.Digest) return approved;
        await commands.AskAsync(command.Digest, name, Write(command with { Minimum = null })).ConfigureAwait(false);
        return null;
    }

    /// <summary>Stores an approval. It is on the disk when this returns.</summary>
    public ValueTask ApproveAsync(string name, CommandLine command) => commands.ApproveAsync(command.Digest, name, Write(command));

    /// <summary>Revokes an approval. Returns false when there was none.</summary>
    public ValueTask<bool> RevokeAsync(string digest) => commands.RevokeAsync(digest);

    /// <summary>Returns all commands, the newest first.</summary>
    public async Task<IReadOnlyList<CommandView>> ListAsync() =>
        [.. (await commands.ListAsync().ConfigureAwait(false))
            .Select(row => Read(row.Content) is { } command
            ? CommandView.Of(row.Name, command) with { IsApproved = row.IsApproved, At = row.At } : null).OfType<CommandView>()];

    private static string Write(CommandLine command)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            CommandJson.Write(json, command);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static CommandLine? Read(string content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return CommandJson.Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null; // a command that cannot be read cannot have been approved
        }
    }
}
