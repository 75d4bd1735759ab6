using Gatehouse.Gateway.Approvals;
using Gatehouse.Pipeline.Approve;

namespace Gatehouse.Range.Doubles;

/// <summary>Binds an approval to caller, server and tool, and not to the arguments.</summary>
internal sealed class ArgumentBlindDigests(CallDigests real) : CallDigests(real)
{
    public override IReadOnlyList<ReadOnlyMemory<byte>> OfApproval(AskedCall call) => base.OfApproval(call with { Parameters = default });
}
