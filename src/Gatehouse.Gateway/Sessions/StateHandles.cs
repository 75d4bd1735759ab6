using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Pipeline;
using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Envelopes for request state, and the owners of tasks. The envelope's associated data name the caller and what the
/// state is for; the table of owners survives a restart in the store.
/// </summary>
public sealed class StateHandles(KeyRing keys, Store store, TimeProvider time, Action<string> diagnostics) : IStateHandles
{
    private const string StatePurpose = "request-state/v1";
    private const int MaxTasks = 100_000;
    private static readonly TimeSpan StateLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan TaskLife = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<string, byte[]> owners = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public string SealState(Exchange exchange, ReadOnlySpan<byte> state)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var plain = new byte[8 + state.Length];
        BinaryPrimitives.WriteInt64BigEndian(plain, (time.GetUtcNow() + StateLife).UtcTicks);
        state.CopyTo(plain.AsSpan(8));
        return Base64Url.EncodeToString(keys.Seal(StatePurpose, Binding(exchange), plain));
    }

    /// <inheritdoc />
    public byte[]? OpenState(Exchange exchange, string envelope)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(envelope);
        if (!Base64Url.IsValid(envelope)) return null;
        if (!keys.TryOpen(StatePurpose, Binding(exchange), Base64Url.DecodeFromChars(envelope), out var plain)) return null;
        var until = new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(plain), TimeSpan.Zero);
        return until > time.GetUtcNow() ? plain[8..] : null;
    }

    /// <inheritdoc />
    public bool ClaimTask(Exchange exchange, string taskId)
    {
        var (task, owner) = Digests(exchange, taskId);
        var key = Key(exchange, task);
        if (owners.TryGetValue(key, out var known)) return IsOwner(known, owner);
        var stored = store.TaskOwners.Find(exchange.Server.Name, task, time.GetUtcNow());
        if (stored is not null && !IsOwner(stored, owner)) return false;
        var claim = stored ?? WithTool(exchange, owner);
        if (owners.Count >= MaxTasks) owners.Clear(); // the store still knows them
        if (!owners.TryAdd(key, claim)) return IsOwner(owners[key], owner);
        _ = KeepAsync(exchange.Server.Name, task, claim);
        return true;
    }

    /// <inheritdoc />
    public bool OwnsTask(Exchange exchange, string taskId)
    {
        var (task, owner) = Digests(exchange, taskId);
        return Claim(exchange, task) is { } claim && IsOwner(claim, owner);
    }

    /// <inheritdoc />
    public ReadOnlyMemory<byte>? ToolOfTask(Exchange exchange, string taskId)
    {
        var (task, owner) = Digests(exchange, taskId);
        return Claim(exchange, task) is { Length: > SHA256.HashSizeInBytes } claim && IsOwner(claim, owner) ? claim.AsMemory(SHA256.HashSizeInBytes) : null;
    }

    private byte[]? Claim(Exchange exchange, byte[] task) => owners.TryGetValue(Key(exchange, task), out var known)
        ? known
        : store.TaskOwners.Find(exchange.Server.Name, task, time.GetUtcNow());

    // A claim is the digest of the owner and, where the result is to be checked by a definition (X07), that of the tool's name.
    private static byte[] WithTool(Exchange exchange, byte[] owner) => exchange is { Tool: { Output: not null } tool, Message.Method: "tools/call" }
        ? [.. owner, .. SHA256.HashData(Encoding.UTF8.GetBytes(tool.Name))]
        : owner;

    private static bool IsOwner(byte[] claim, byte[] owner) =>
        claim.Length >= owner.Length && CryptographicOperations.FixedTimeEquals(claim.AsSpan(0, owner.Length), owner);

    private async Task KeepAsync(string server, byte[] task, byte[] claim)
    {
        try
        {
            await store.TaskOwners.AddAsync(server, task, claim, time.GetUtcNow() + TaskLife).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            diagnostics($"the owner of a task could not be stored; after a restart the task is unknown: {e.Message}");
        }
    }

    private static string Key(Exchange exchange, byte[] task) => exchange.Server.Name + " " + Convert.ToHexString(task);

    private static (byte[] Task, byte[] Owner) Digests(Exchange exchange, string taskId)
    {
        var caller = exchange.Caller;
        var owner = $"{caller.Issuer.Length}:{caller.Issuer}{caller.Subject.Length}:{caller.Subject}{caller.ClientId}";
        return (SHA256.HashData(Encoding.UTF8.GetBytes(taskId)), SHA256.HashData(Encoding.UTF8.GetBytes(owner)));
    }

    private static byte[] Binding(Exchange exchange)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        var message = exchange.Message!;
        writer.Write(exchange.Caller.Issuer);
        writer.Write(exchange.Caller.Subject);
        writer.Write(exchange.Caller.ClientId ?? "");
        writer.Write(exchange.Server.Name);
        writer.Write(message.Method ?? "");
        writer.Write(message.Text(Slot.ParamsName) ?? message.Text(Slot.ParamsUri) ?? "");
        // H04: what the state was given for includes the arguments; the same client writes them in the same bytes again.
        writer.Write(SHA256.HashData(message.Raw(Slot.ParamsArguments)));
        writer.Flush();
        return buffer.ToArray();
    }
}
