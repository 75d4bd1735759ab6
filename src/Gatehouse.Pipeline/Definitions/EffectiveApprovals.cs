using System.Collections.Frozen;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The approvals and revocations of administrators of a running gateway, as of one snapshot. Immutable.</summary>
public sealed class EffectiveApprovals(IEnumerable<EffectiveApproval> approvals)
{
    private readonly FrozenDictionary<(string, string, DefinitionKind, string, string), EffectiveApproval> all =
        approvals.ToFrozenDictionary(one => (one.Server, one.Source, one.Kind, one.Name, one.Digest));

    /// <summary>None.</summary>
    public static EffectiveApprovals None { get; } = new([]);

    /// <summary>All.</summary>
    public IEnumerable<EffectiveApproval> All => all.Values;

    /// <summary>Returns the decision about exactly this digest; null when there is none.</summary>
    public EffectiveApproval? Find(string server, ServerSource source, DefinitionKind kind, string name, string digest) =>
        all.GetValueOrDefault((server, source.ToString(), kind, name, digest));
}
