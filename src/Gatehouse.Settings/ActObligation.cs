using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>Terms under which acts of administration are done: a reason, and the grant of a second person.</summary>
public sealed record ActObligation
{
    /// <summary>Names of the acts, as the audit log has them after <c>control.</c></summary>
    public required IReadOnlyList<string> Acts { get; init; }

    /// <summary>True where the administrator has to state a reason. Default false.</summary>
    public bool NeedsReason { get; init; }

    /// <summary>The people who grant such acts. One of them has to, and never the person who asks. Null (default): none.</summary>
    public WhoClause? SecondPerson { get; init; }

    /// <summary>Life of the open question, and again of a grant that was not used.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromMinutes(15);
}
