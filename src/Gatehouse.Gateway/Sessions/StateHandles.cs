using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Protocol;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Envelopes for request state, and the owners of tasks. The envelope's associated data name the caller and the purpose of the state. The table of
/// owners survives a restart in the store. That a state of an approval is not used yet is known only in memory.
/// </summary>
public sealed class StateHandles(KeyRing keys, ITaskOwnerStore store, TimeProvider time, ILogger log) : IStateHandles
{
    private const string StatePurpose = "request-state/v2";
    private const string TaskPurpose = "task-owner/v1";
    private static readonly TimeSpan StateLife = TimeSpan.FromHours(1);

    private static readonly TimeSpan TaskLife = TimeSpan.FromDays(7);

    private readonly TaskClaims claims = new(store, time, log);
    private readonly ClaimTurns turns = new();
    private readonly IssuedStates issued = new(time);
    private volatile KeysOfTasks? taskKeys;

    /// <inheritdoc />
    public string SealState(Exchange exchange, ReadOnlySpan<byte> state)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return Seal(exchange, StateFormat.Write(time.GetUtcNow() + StateLife, state));
    }

    /// <inheritdoc />
    public string? SealOnce(Exchange exchange, RequestState state)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(state);
        var until = time.GetUtcNow() + StateLife;
        var nonce = issued.TryIssue(OwnerOf(exchange), until, exchange.Snapshot.Settings.Limits.CallerShare);
        return nonce is null ? null : Seal(exchange, StateFormat.Write(until, nonce, state));
    }

    /// <inheritdoc />
    public RequestState? OpenState(Exchange exchange, string envelope)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(envelope);
        if (!Base64Url.IsValid(envelope)) return null;
        if (!keys.TryOpen(StatePurpose, Binding(exchange), Base64Url.DecodeFromChars(envelope), out var plain)) return null;
        if (StateFormat.Read(plain, out var until, out var nonce) is not { } state || until <= time.GetUtcNow()) return null;
        return state.Kind == StateKind.Server || issued.TryUse(nonce.Span) ? state : null;
    }

    /// <inheritdoc />
    public async ValueTask<TaskClaim> ClaimTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(taskId);
        using var turn = await turns.TakeAsync(exchange.Server.Name, taskId, cancellation).ConfigureAwait(false);
        if (await FindAsync(exchange, taskId, cancellation).ConfigureAwait(false) is { } known)
            return known.IsOwn ? TaskClaim.Own : TaskClaim.OfAnother;
        return claims.TryAdd(ClaimOf(exchange, taskId), exchange.Snapshot.Settings.Limits.CallerShare) ? TaskClaim.Own : TaskClaim.NotKept;
    }

    /// <inheritdoc />
    public async ValueTask<bool> OwnsTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation) =>
        await FindAsync(exchange, taskId, cancellation).ConfigureAwait(false) is { IsOwn: true };

    /// <inheritdoc />
    public async ValueTask<bool> IsOfAnotherAsync(Exchange exchange, string taskId, CancellationToken cancellation) =>
        await FindAsync(exchange, taskId, cancellation).ConfigureAwait(false) is { IsOwn: false };

    /// <inheritdoc />
    public async ValueTask<TaskTool?> ToolOfTaskAsync(Exchange exchange, string taskId, CancellationToken cancellation) =>
        await FindAsync(exchange, taskId, cancellation).ConfigureAwait(false) is { IsOwn: true } found ? found.Tool : null;

    /// <summary>The number of owners that are in memory because the store does not have them.</summary>
    internal int Unstored => claims.Unstored;

    /// <summary>Number of states that are used once and are not used yet.</summary>
    internal int Unused => issued.Count;

    /// <summary>Makes the states that are used once invalid whose owner meets a condition.</summary>
    /// <param name="condition">Tells whether a right that a state depends on was withdrawn.</param>
    internal void Void(Func<StateOwner, bool> condition) => issued.Void(condition);

    /// <summary>Removes the owners that the store could not take, once their time is over, and the states that no client used in theirs.</summary>
    /// <param name="callerShare">Percent of the room that one caller gets, 1 to 100.</param>
    public void Sweep(int callerShare)
    {
        claims.Sweep(callerShare);
        issued.Sweep();
    }

    private StateOwner OwnerOf(Exchange exchange) =>
        new(exchange.Caller.Issuer, exchange.Caller.Subject, exchange.Caller.ClientId, exchange.Server.Name,
            exchange.Message is { Method: "tools/call" } call ? call.Name : null, time.GetUtcNow());

    private string Seal(Exchange exchange, byte[] plain) => Base64Url.EncodeToString(keys.Seal(StatePurpose, Binding(exchange), plain));

    private HeldClaim ClaimOf(Exchange exchange, string taskId)
    {
        var key = TaskKeys()[0];
        var caller = CallerPartition.Of(exchange.Caller.Issuer, exchange.Caller.Subject);
        byte[] owner = [.. OwnerDigest(key, exchange), .. ToolDigest(key, exchange)];
        return new HeldClaim(caller, exchange.Server.Name, TaskDigest(key, exchange, taskId), owner, CallerDigest(key, exchange),
            time.GetUtcNow() + TaskLife);
    }

    // A key for each key of the ring, newest first: a task claimed before a rotation is found by the key of its time. Without the ring, the content
    // of the store does not show whose a task is, not even by trying the names of known people.
    private IReadOnlyList<byte[]> TaskKeys()
    {
        var newest = keys.NewestId;
        if (taskKeys is { } made && made.Newest == newest) return made.Keys;
        var derived = keys.DeriveKeys(TaskPurpose, [], HMACSHA256.HashSizeInBytes);
        taskKeys = new KeysOfTasks(newest, derived);
        return derived;
    }

    private async ValueTask<FoundTask?> FindAsync(Exchange exchange, string taskId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(taskId);
        foreach (var key in TaskKeys())
        {
            if (await claims.FindAsync(exchange.Server.Name, TaskDigest(key, exchange, taskId), cancellation).ConfigureAwait(false) is not { } claim)
                continue;
            var own = claim.Length >= HMACSHA256.HashSizeInBytes
                && CryptographicOperations.FixedTimeEquals(claim.AsSpan(0, HMACSHA256.HashSizeInBytes), OwnerDigest(key, exchange));
            return new FoundTask(own, claim.Length > HMACSHA256.HashSizeInBytes
                ? new TaskTool(key, claim.AsMemory(HMACSHA256.HashSizeInBytes)) : null);
        }

        return null;
    }

    private static byte[] TaskDigest(byte[] key, Exchange exchange, string taskId) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"task\n{exchange.Server.Name.Length}:{exchange.Server.Name}{taskId}"));

    private static byte[] OwnerDigest(byte[] key, Exchange exchange)
    {
        var caller = exchange.Caller;
        return HMACSHA256.HashData(key,
            Encoding.UTF8.GetBytes($"owner\n{caller.Issuer.Length}:{caller.Issuer}{caller.Subject.Length}:{caller.Subject}{caller.ClientId}"));
    }

    // A caller is issuer and subject here, whatever the client: its part of the room is counted by it.
    private static byte[] CallerDigest(byte[] key, Exchange exchange)
    {
        var caller = exchange.Caller;
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"caller\n{caller.Issuer.Length}:{caller.Issuer}{caller.Subject}"));
    }

    // The tool of the call that created a task is kept: the definition checks the task's result (X07), and the right to it is asked again.
    private static byte[] ToolDigest(byte[] key, Exchange exchange)
    {
        if (exchange.Message is not { Method: "tools/call" } call) return [];
        return (exchange.Tool?.Name ?? call.Name) is { } name
            ? TaskTool.DigestOf(key, name, exchange.Tool?.Output is not null) : [];
    }

    /// <summary>Returns what an envelope is bound to.</summary>
    internal static byte[] Binding(Exchange exchange)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        // A rule may have changed the arguments since. The client sends its own again.
        var message = exchange.Received ?? exchange.Message!;
        writer.Write(exchange.Caller.Issuer);
        writer.Write(exchange.Caller.Subject);
        writer.Write(exchange.Caller.ClientId ?? "");
        writer.Write(exchange.Server.Name);
        writer.Write(message.Method ?? "");
        writer.Write(message.Name ?? message.Text(EnvelopeMember.ParamsUri) ?? "");
        // H04: the purpose of the state includes the arguments. The same client writes them in the same bytes again.
        writer.Write(SHA256.HashData(message.Raw(EnvelopeMember.ParamsArguments)));
        writer.Flush();
        return buffer.ToArray();
    }

    private sealed record KeysOfTasks(string Newest, IReadOnlyList<byte[]> Keys);

    private sealed record FoundTask(bool IsOwn, TaskTool? Tool);
}
