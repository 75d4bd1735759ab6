using Gatehouse.Integrity.Definitions;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// One opinion on whether a definition may be seen. A definition is seen when every judge of the snapshot says so. A judge is
/// asked once for each definition that the catalogue has, not for each caller or call: what it says holds for all of them.
/// Judges are used by several threads at once.
/// </summary>
public interface IDefinitionPolicy
{
    /// <summary>Slug of the judge, for the record.</summary>
    string Name { get; }

    /// <summary>
    /// Tells of all definitions of one kind that a server has, none at all included, before each is judged. Most judges do not need it.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="definitions">All of the kind.</param>
    /// <param name="sight">Who sees them, and when.</param>
    void Observe(ServerSettings server, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions, in DefinitionObservation sight)
    {
    }

    /// <summary>Judges one definition. It asks nobody and waits for nothing.</summary>
    DefinitionVerdict Judge(in DefinitionEvaluationRequest question);
}
