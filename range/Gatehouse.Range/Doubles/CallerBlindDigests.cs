using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Policy;

namespace Gatehouse.Range.Doubles;

/// <summary>Binds an approval to server, tool and arguments, and not to the caller.</summary>
internal sealed class CallerBlindDigests(CallDigests real) : CallDigests(real)
{
    private static readonly PolicySubject AnyCaller = new("", "", null, [], [], []);

    public override IReadOnlyList<ReadOnlyMemory<byte>> OfApproval(AskedCall call) => base.OfApproval(call with { Caller = AnyCaller });
}
