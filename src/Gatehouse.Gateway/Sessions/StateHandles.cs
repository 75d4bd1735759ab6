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

    private readonly ConcurrentDictionary<string, string> owners = new(StringComparer.Ordinal);

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
        if (owners.TryGetValue(key, out var known)) return known == Convert.ToHexString(owner);
        if (store.TaskOwners.Find(exchange.Server.Name, task, time.GetUtcNow()) is { } stored && !stored.AsSpan().SequenceEqual(owner)) return false;
        if (owners.Count >= MaxTasks) owners.Clear(); // the store still knows them
        if (!owners.TryAdd(key, Convert.ToHexString(owner))) return owners[key] == Convert.ToHexString(owner);
        _ = KeepAsync(exchange.Server.Name, task, owner);
        return true;
    }

    /// <inheritdoc />
    public bool OwnsTask(Exchange exchange, string taskId)
    {
        var (task, owner) = Digests(exchange, taskId);
        if (owners.TryGetValue(Key(exchange, task), out var known)) return known == Convert.ToHexString(owner);
        return store.TaskOwners.Find(exchange.Server.Name, task, time.GetUtcNow()) is { } stored
            && CryptographicOperations.FixedTimeEquals(stored, owner);
    }

    private async Task KeepAsync(string server, byte[] task, byte[] owner)
    {
        try
        {
            await store.TaskOwners.AddAsync(server, task, owner, time.GetUtcNow() + TaskLife).ConfigureAwait(false);
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
