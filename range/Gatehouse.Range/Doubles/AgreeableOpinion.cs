using Gatehouse.Pipeline.Inspection.Opinions;

namespace Gatehouse.Range.Doubles;

/// <summary>A second opinion that finds nothing, as if each failure of its service were a good sign.</summary>
internal sealed class AgreeableOpinion : ISecondOpinion
{
    public ValueTask<SecondOpinion> AskAsync(OpinionQuestion question, CancellationToken cancellation) => new(new SecondOpinion());
}
