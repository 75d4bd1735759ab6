using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Quarantine;

/// <summary>The results that are withheld until a person has looked at them.</summary>
internal interface IQuarantine
{
    /// <summary>
    /// Returns whether a released result may wait for a caller. False is certain. The answer takes memory only, and it depends on the results of
    /// this caller only: no caller can measure whether there are results of others.
    /// </summary>
    bool MayHold(PolicySubject caller);

    /// <summary>Keeps a result, sealed under the key of its caller. It is durable, with its entry, before this returns.</summary>
    /// <param name="exchange">The exchange, with the request as it was forwarded.</param>
    /// <param name="received">The result as the server sent it.</param>
    /// <param name="findings">The findings that a person decides about.</param>
    /// <param name="cancellation">Ends the wait for a turn.</param>
    ValueTask<QuarantineOutcome> KeepAsync(
        Exchange exchange, ValidatedMessage received, IReadOnlyList<WithheldFinding> findings, CancellationToken cancellation);

    /// <summary>Finds the result that was released first for a call in its form of now; null where there is none.</summary>
    /// <exception cref="Refusals.RefusalException">The results cannot be read. The call must not be forwarded.</exception>
    ValueTask<string?> FindAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>
    /// Takes a released result for a call in its form of now. Of several calls exactly one gets it. The entry is durable before this returns; the
    /// content is no longer stored then.
    /// </summary>
    /// <returns>Null where another call has taken it, or it is over.</returns>
    /// <exception cref="Refusals.RefusalException">It may be taken, and the call does not get it. The call must not be forwarded.</exception>
    ValueTask<ReleasedResult?> TakeAsync(Exchange exchange, string id, CancellationToken cancellation);
}

/// <summary>The quarantine of a host without a store: it keeps nothing, so that every result under <c>ask</c> is blocked.</summary>
internal sealed class NoQuarantine : IQuarantine
{
    /// <summary>The only one.</summary>
    public static NoQuarantine Instance { get; } = new();

    /// <inheritdoc />
    public bool MayHold(PolicySubject caller) => false;

    /// <inheritdoc />
    public ValueTask<QuarantineOutcome> KeepAsync(
        Exchange exchange, ValidatedMessage received, IReadOnlyList<WithheldFinding> findings, CancellationToken cancellation) =>
        new(QuarantineOutcome.NotKept("no-quarantine"));

    /// <inheritdoc />
    public ValueTask<string?> FindAsync(Exchange exchange, CancellationToken cancellation) => default;

    /// <inheritdoc />
    public ValueTask<ReleasedResult?> TakeAsync(Exchange exchange, string id, CancellationToken cancellation) => default;
}
