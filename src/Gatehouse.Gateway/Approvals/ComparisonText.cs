using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The lines about the difference to the last approved call of the same kind.</summary>
internal static class ComparisonText
{
    private const string Label = "compared";

    /// <summary>Returns the lines; none for a question that has no comparison. Outside text in the comparison is escaped already.</summary>
    public static IEnumerable<string> Lines(ApprovalComparison? compared)
    {
        if (compared is null) return [];
        if (compared.Id is not { } id) return ApprovalText.Line(Label, "no call of this kind was approved before, or none is kept");
        var asked = $"{ApprovalText.Visible(id)} of {Moments.Words(compared.At)}";
        if (compared.IsOtherDefinition)
            return ApprovalText.Line(Label, $"not with the last approved call, {asked}: the definition is another one now");
        if (compared.Count == 0) return ApprovalText.Line(Label, $"equal to the last approved call, {asked}");
        var heading = ApprovalText.Line(Label, $"with the last approved call, {asked}: {Counts(compared)}");
        return [.. heading, .. compared.Listed.SelectMany(Value), .. Rest(compared)];
    }

    private static string Counts(ApprovalComparison compared) =>
        string.Create(CultureInfo.InvariantCulture, $"{compared.Changed} changed, {compared.Added} added, {compared.Removed} removed");

    private static IEnumerable<string> Value(ComparedValue value) => value.Change switch
    {
        ValueChange.Added => [.. ApprovalText.Line("", $"added   {value.Path}"), .. ApprovalText.Line("", $"  {value.After}")],
        ValueChange.Removed => [.. ApprovalText.Line("", $"removed {value.Path}"), .. ApprovalText.Line("", $"  {value.Before}")],
        _ =>
        [
            .. ApprovalText.Line("", $"changed {value.Path}"),
            .. ApprovalText.Line("", $"  from {value.Before}"),
            .. ApprovalText.Line("", $"  to   {value.After}"),
        ],
    };

    private static IEnumerable<string> Rest(ApprovalComparison compared)
    {
        var rest = compared.Count - compared.Listed.Count;
        return rest == 0 ? [] : ApprovalText.Line("", string.Create(CultureInfo.InvariantCulture, $"{rest} more, which are not listed"));
    }
}
