using Gatehouse.Pipeline.Upstream;
using Gatehouse.Upstreams;

namespace Gatehouse.Range.Doubles;

/// <summary>Questions of a local process without an owner: any session may answer them, and any waiting caller is shown them.</summary>
internal sealed class AnyonesQuestions(TimeProvider time) : StdioQuestions(time)
{
    public override bool IsAmbiguous => false;

    protected override bool IsAskedOf(Question question, UpstreamSession? session) => true;
}
