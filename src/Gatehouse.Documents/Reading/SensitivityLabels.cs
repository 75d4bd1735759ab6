using System.Text.RegularExpressions;

namespace Gatehouse.Documents.Reading;

/// <summary>
/// Sensitivity labels of Microsoft Purview in the metadata of documents: <c>MSIP_Label_</c>, an id and <c>_Name</c> or <c>_Enabled</c>, in
/// properties of Office files, the document information of PDF and the header <c>msip_labels</c> of mails; and the part LabelInfo of Office files
/// (MS-OFFCRYPTO 2.6.4).
/// </summary>
internal static partial class SensitivityLabels
{
    /// <summary>The name under which a mail has its labels.</summary>
    public const string MailHeader = "msip_labels";

    /// <summary>Adds the label of a property; nothing for any other property.</summary>
    public static void Add(DocumentScope scope, string name, string? value)
    {
        if (Property().Match(name) is not { Success: true } match || value is null) return;
        if (match.Groups[2].ValueSpan is "Name") scope.Label(match.Groups[1].Value, value);
        else if (value.Equals("true", StringComparison.OrdinalIgnoreCase)) scope.Label(match.Groups[1].Value, "");
    }

    /// <summary>Adds the labels of a header: pairs of name and value, between semicolons.</summary>
    public static void AddPairs(DocumentScope scope, string pairs)
    {
        foreach (var pair in pairs.Split(';', StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]) Add(scope, name, value);
        }
    }

    [GeneratedRegex(@"\AMSIP_Label_([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})_(Name|Enabled)\z")]
    private static partial Regex Property();
}
