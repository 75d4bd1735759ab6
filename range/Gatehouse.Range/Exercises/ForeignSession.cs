using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Stages;

namespace Gatehouse.Range;

/// <summary>An exercise about a session that is somebody else's; the twin takes sessions and event ids as they come.</summary>
public abstract class ForeignSession : EverythingExercise
{
    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP10"];

    internal override PipelineParts Replace(PipelineParts parts, Bed bed)
    {
        var sessions = new UnboundSessions();
        // The rule of correlation stands behind it: it knows which request a resumed stream belongs to.
        return parts with { Sessions = sessions, Session = new SessionStage(sessions, new BlankCatalogue()), InspectResponse = parts.InspectResponse.WithoutForRange("correlation") };
    }
}
