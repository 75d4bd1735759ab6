using System.Globalization;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Differences;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Integrity.Locks;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary>The text of a comparison for a person. All outside text is made visible, in full: a cut would let an attacker hide text.</summary>
internal static class LockText
{
    private const string Indent = "    ";

    /// <summary>Returns the comparison of one server.</summary>
    /// <param name="server">The comparison.</param>
    /// <param name="details">True when differences and the texts of new definitions are shown.</param>
    public static IEnumerable<string> Of(VerifiedServer server, bool details)
    {
        yield return Terminal.Emphasis(VisibleText.Escape(server.Observed.Name)) + "  "
            + VisibleText.Escape(server.Observed.Identity.Source.ToString()) + (server.Locked is null ? "  is not in the lock" : "");
        foreach (var (attribute, before, now) in server.Attributes)
            yield return $"  {"other " + attribute,-18} was {VisibleText.Escape(before)}, is {VisibleText.Escape(now)}";
        foreach (var (kind, name) in server.Observed.Unpinnable)
            yield return $"  {"cannot be pinned",-18} {Key(kind, name)}: two definitions with the same name, or one that cannot be listed";
        foreach (var text in server.Observed.Changing.Where(text => !IsAllowed(server.Locked, text)))
            yield return $"  {"changes by itself",-18} {Key(text.Kind, text.Name)} {VisibleText.Escape(text.Pointer)}: repeat "
                + "'gatehouse lock' for this server and add --pattern server/tool/name#/description=PATTERN --reason TEXT";
        var equal = 0;
        foreach (var one in server.Definitions)
        {
            if (one.IsGood && one.Finding.State != LockState.Missing)
            {
                equal++;
                continue;
            }

            yield return $"  {State(one),-18} {Key(one.Kind, one.Name)}{Note(one)}";
            if (!details) continue;
            foreach (var line in Details(one)) yield return Indent + line;
        }

        if (equal > 0) yield return string.Create(CultureInfo.InvariantCulture, $"  {"as approved",-18} {equal}");
    }

    /// <summary>The name of a definition as a command line takes it, made visible.</summary>
    public static string Key(DefinitionKind kind, string name) =>
        VisibleText.Escape(name.Length == 0 ? DefinitionKinds.Text(kind) : $"{DefinitionKinds.Text(kind)}/{name}");

    /// <summary>Returns the state of a definition in one word or two.</summary>
    public static string State(VerifiedDefinition one) => one.Finding.State switch
    {
        LockState.Missing => "missing",
        LockState.New => "new",
        LockState.Different => "different",
        LockState.ProbablyRenamed => "probably renamed",
        _ => one.Standing switch
        {
            DefinitionStatus.Approved => "as approved",
            DefinitionStatus.Expired => "expired",
            DefinitionStatus.SourceDiffers => "other source",
            DefinitionStatus.CommandDiffers => "other command",
            _ => "not approved",
        },
    };

    private static string Note(VerifiedDefinition one) => one.Finding.State switch
    {
        LockState.Missing => "  (normal if callers see different lists)",
        LockState.ProbablyRenamed => $"  was {Key(one.Finding.Locked!.Definition.Kind, one.Finding.Locked.Definition.Name)}",
        LockState.Different when Unreadable(one) => "  the same text: only its digest differs",
        _ => "",
    };

    private static bool Unreadable(VerifiedDefinition one) =>
        DefinitionDifference.Between(one.Finding.Locked!.Definition, one.Finding.Observed!).Count == 0;

    private static IEnumerable<string> Details(VerifiedDefinition one) => one.Finding switch
    {
        { Locked: { } before, Observed: { } now } when one.Finding.State is LockState.Different or LockState.ProbablyRenamed =>
            FindingText.Lines(now).Concat(DefinitionDifference.Between(before.Definition, now).Select(change => change.ToString())),
        { Observed: { } fresh } when one.Finding.State == LockState.New || one.Standing is DefinitionStatus.NotApproved =>
            FindingText.Lines(fresh).Concat(DefinitionText.Lines(fresh)),
        _ => [],
    };

    private static bool IsAllowed(LockedServer? locked, ChangingText text) =>
        locked?.Volatile.Any(one => one.Rule.Kind == text.Kind && one.Rule.Name == text.Name && one.Rule.Pointer == text.Pointer) == true;
}
