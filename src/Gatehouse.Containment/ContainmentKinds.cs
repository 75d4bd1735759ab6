using Gatehouse.Administration;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>The words of kinds of containments, in entries, commands and figures.</summary>
internal static class ContainmentKinds
{
    /// <summary>Returns the word of a kind.</summary>
    public static string WordOf(ContainmentKind kind) => kind switch
    {
        ContainmentKind.Server => ContainmentTarget.Server,
        ContainmentKind.Tool => ContainmentTarget.OfTool,
        ContainmentKind.User => ContainmentTarget.User,
        ContainmentKind.Client => ContainmentTarget.Client,
        _ => ContainmentTarget.Session,
    };

    /// <summary>Returns what is contained, in the words of administration.</summary>
    public static ContainmentTarget TargetOf(ContainmentFacts facts) => new(WordOf(facts.Kind), facts.Issuer, facts.Name, facts.Tool);

    /// <summary>Returns the kind of a word of <see cref="ContainmentTarget.Kinds"/>.</summary>
    public static ContainmentKind Of(string word) => word switch
    {
        ContainmentTarget.Server => ContainmentKind.Server,
        ContainmentTarget.OfTool => ContainmentKind.Tool,
        ContainmentTarget.User => ContainmentKind.User,
        ContainmentTarget.Client => ContainmentKind.Client,
        ContainmentTarget.Session => ContainmentKind.Session,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "no kind of a containment"),
    };
}
