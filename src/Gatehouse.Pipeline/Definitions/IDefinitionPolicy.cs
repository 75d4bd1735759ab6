using Gatehouse.Integrity.Definitions;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// A policy on the visibility of definitions. A definition is visible when every policy of the snapshot permits it. A policy is asked once for each
/// definition in the catalogue, not for each caller or call: its verdict is valid for all of them. Several threads use a policy concurrently.
/// </summary>
public interface IDefinitionPolicy
{
    /// <summary>Slug of the policy, for the record.</summary>
    string Name { get; }

    /// <summary>
    /// Reports all definitions of one kind that a server has, including none at all, before each is judged. Most policies do not need it.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="definitions">All of the kind.</param>
    /// <param name="sight">The caller and time of the observation.</param>
    void Observe(ServerSettings server, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions, in DefinitionObservation sight)
    {
    }

    /// <summary>Judges one definition, without asking any other party or waiting.</summary>
    DefinitionVerdict Judge(in DefinitionEvaluationRequest question);
}
