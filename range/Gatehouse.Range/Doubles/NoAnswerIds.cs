using Gatehouse.Upstreams;

namespace Gatehouse.Range.Doubles;

/// <summary>Finds the id of no answer: a line that is too long is dropped, and nothing else happens.</summary>
internal sealed class NoAnswerIds : AnswerIdScan
{
    public override long? Key => null;
}
