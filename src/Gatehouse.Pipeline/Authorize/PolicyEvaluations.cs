using System.Buffers;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// All questions of the authorize stage about one message, asked together: first whether the server is open to the caller, then the targets of the
/// message. The memory is pooled, because every request passes here.
/// </summary>
internal readonly struct PolicyEvaluations : IDisposable
{
    private readonly PolicyRequest[] asked;
    private readonly PolicyDecision[] decisions;

    private PolicyEvaluations(int count)
    {
        Count = count;
        asked = ArrayPool<PolicyRequest>.Shared.Rent(count);
        decisions = ArrayPool<PolicyDecision>.Shared.Rent(count);
    }

    public int Count { get; }

    public static PolicyEvaluations Of(Exchange exchange, IReadOnlyList<PolicyRequest> requests)
    {
        var questions = new PolicyEvaluations(requests.Count + 1);
        var revision = exchange.Revision?.Text;
        questions.asked[0] = PolicyTargets.Presence(exchange.Server.Name, "ping", exchange.Record.At) with { Revision = revision };
        for (var at = 0; at < requests.Count; at++) questions.asked[at + 1] = requests[at] with { Revision = revision };
        return questions;
    }

    public ref readonly PolicyRequest Asked(int at) => ref asked[at];

    public ref readonly PolicyDecision Decision(int at) => ref decisions[at];

    public ValueTask DecideAsync(Exchange exchange, CancellationToken cancellation) => exchange.Snapshot.Decisions.DecideManyAsync(
        exchange.Subject!, asked.AsMemory(0, Count), decisions.AsMemory(0, Count), cancellation);

    public void Dispose()
    {
        ArrayPool<PolicyRequest>.Shared.Return(asked, clearArray: true);
        ArrayPool<PolicyDecision>.Shared.Return(decisions, clearArray: true);
    }
}
