namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The content of a request state that the gateway sealed (MCP 2026-07-28, multi round-trip requests; H03-H06).</summary>
/// <param name="Kind">What it continues.</param>
public sealed record RequestState(StateKind Kind)
{
    /// <summary>Most bytes of <see cref="Server"/> and <see cref="Responses"/> together that the end of a hold carries.</summary>
    public const int MostCarriedBytes = 64 << 10;

    /// <summary>Most later rounds of one approved call. The answers of a further one are another call, about which a person is asked.</summary>
    public const int MostRounds = 32;

    /// <summary>The server's own state as its raw JSON token; empty for none. It goes back to the server byte for byte (H06).</summary>
    public ReadOnlyMemory<byte> Server { get; init; }

    /// <summary>
    /// The <c>inputResponses</c> of the request that was held, as raw JSON; empty for none. Clients do not send them again with the next round.
    /// </summary>
    public ReadOnlyMemory<byte> Responses { get; init; }

    /// <summary>Id of the approval, ASCII; empty for <see cref="StateKind.Server"/>.</summary>
    public string ApprovalId { get; init; } = "";

    /// <summary>
    /// Keyed digest: of the question for <see cref="StateKind.Hold"/> and <see cref="StateKind.Confirm"/>, of the call without its answers for <see cref="StateKind.Round"/>. Empty for
    /// <see cref="StateKind.Server"/>.
    /// </summary>
    public ReadOnlyMemory<byte> Digest { get; init; }

    /// <summary>Number of rounds of this kind, with the one that the state begins: 1 to 255. 0 for <see cref="StateKind.Server"/>.</summary>
    public int Rounds { get; init; }
}
