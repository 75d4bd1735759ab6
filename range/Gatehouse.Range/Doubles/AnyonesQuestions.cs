using Gatehouse.Pipeline.Upstream;
using Gatehouse.Upstreams;

namespace Gatehouse.Range.Doubles;

/// <summary>Questions of a local process that whoever knows the id may answer, and that whoever waits is shown.</summary>
internal sealed class AnyonesQuestions(Func<TimeProvider> time) : StdioQuestions(time)
{
    public override bool IsAmbiguous => false;

    protected override bool IsAskedOf(Question question, UpstreamSession? session) => true;
}
