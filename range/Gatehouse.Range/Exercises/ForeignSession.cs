using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>An exercise about a session that is somebody else's; the twin takes sessions and event ids as they come.</summary>
public abstract class ForeignSession : EverythingExercise
{
    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP10"];

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var sessions = new UnboundSessions();
        // The rule of correlation stands behind it: it knows which request a resumed stream belongs to.
        IConversations? conversations = null;
        return PartReplacements.None
            .Put(PartNames.Sessions, sessions)
            .Around(PartNames.Conversations, real => conversations = real)
            .Around(PartNames.Session, _ => new SessionStage(sessions, new BlankCatalogue(), conversations!))
            .Put(PartNames.ResponseRule("correlation"), new PassingRule("correlation"));
    }
}
