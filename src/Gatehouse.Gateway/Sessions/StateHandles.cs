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
    private const string TaskPurpose = "task-owner/v1";
    private const int MaxTasks = 100_000;
    private static readonly TimeSpan StateLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan TaskLife = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<string, byte[]> claims = new(StringComparer.Ordinal);
    private volatile KeysOfTasks? taskKeys;

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
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(taskId);
        if (Find(exchange, taskId) is { } known) return known.IsOwn;
        var key = TaskKeys()[0];
        var task = TaskDigest(key, exchange, taskId);
        byte[] claim = [.. OwnerDigest(key, exchange), .. ToolDigest(key, exchange)];
        if (claims.Count >= MaxTasks) claims.Clear(); // the store still knows them
        if (!claims.TryAdd(Key(exchange, task), claim)) return Find(exchange, taskId) is { IsOwn: true };
        _ = KeepAsync(exchange.Server.Name, task, claim);
        return true;
    }

    /// <inheritdoc />
    public bool OwnsTask(Exchange exchange, string taskId) => Find(exchange, taskId) is { IsOwn: true };

    /// <inheritdoc />
    public bool IsOfAnother(Exchange exchange, string taskId) => Find(exchange, taskId) is { IsOwn: false };

    /// <inheritdoc />
    public TaskTool? ToolOfTask(Exchange exchange, string taskId) => Find(exchange, taskId) is { IsOwn: true } found ? found.Tool : null;

    // A key for each key of the ring, newest first: a task claimed before a rotation is found by the key of its time. What the store
    // holds tells nobody without the ring whose a task is, not even by trying the names of known people.
    private IReadOnlyList<byte[]> TaskKeys()
    {
        var newest = keys.NewestId;
        if (taskKeys is { } made && made.Newest == newest) return made.Keys;
        var derived = keys.DeriveKeys(TaskPurpose, [], HMACSHA256.HashSizeInBytes);
        taskKeys = new KeysOfTasks(newest, derived);
        return derived;
    }

    private FoundTask? Find(Exchange exchange, string taskId)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(taskId);
        foreach (var key in TaskKeys())
        {
            var task = TaskDigest(key, exchange, taskId);
            if (!claims.TryGetValue(Key(exchange, task), out var claim)) claim = store.TaskOwners.Find(exchange.Server.Name, task, time.GetUtcNow());
            if (claim is null) continue;
            var own = claim.Length >= HMACSHA256.HashSizeInBytes && CryptographicOperations.FixedTimeEquals(claim.AsSpan(0, HMACSHA256.HashSizeInBytes), OwnerDigest(key, exchange));
            return new FoundTask(own, claim.Length > HMACSHA256.HashSizeInBytes ? new TaskTool(key, claim.AsMemory(HMACSHA256.HashSizeInBytes)) : null);
        }

        return null;
    }

    private static byte[] TaskDigest(byte[] key, Exchange exchange, string taskId) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"task\n{exchange.Server.Name.Length}:{exchange.Server.Name}{taskId}"));

    private static byte[] OwnerDigest(byte[] key, Exchange exchange)
    {
        var caller = exchange.Caller;
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"owner\n{caller.Issuer.Length}:{caller.Issuer}{caller.Subject.Length}:{caller.Subject}{caller.ClientId}"));
    }

    // Of a task that came of a call the tool is kept: its result is checked by the definition (X07), and the right to it is asked again.
    private static byte[] ToolDigest(byte[] key, Exchange exchange)
    {
        if (exchange.Message is not { Method: "tools/call" } call) return [];
        return (exchange.Tool?.Name ?? call.Text(Slot.ParamsName)) is { } name ? TaskTool.DigestOf(key, name, exchange.Tool?.Output is not null) : [];
    }

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

    private sealed record KeysOfTasks(string Newest, IReadOnlyList<byte[]> Keys);

    private sealed record FoundTask(bool IsOwn, TaskTool? Tool);
}
