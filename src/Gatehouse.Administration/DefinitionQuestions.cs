using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Administration;

/// <summary>Withheld definitions in the list of questions to people. Their approval is an act of its own, <see cref="ApproveDefinition"/>.</summary>
internal static class DefinitionQuestions
{
    private const string Prefix = "def-";
    private const int IdDigits = 10;

    /// <summary>Returns whether a text has the form of the id of a definition.</summary>
    public static bool IsId(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Returns the id: the same for the same definition of the same server, and another one when the definition changes.</summary>
    public static string IdOf(PendingDefinition one)
    {
        var named = string.Join('\n', one.Server, one.Source, one.Kind, one.Name, one.Digest);
        return Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(named)))[..IdDigits];
    }

    /// <summary>Returns the row of a list.</summary>
    public static ApprovalView Row(PendingDefinition one) => new()
    {
        Id = IdOf(one),
        Kind = ApprovalView.DefinitionKind,
        State = "open",
        Server = one.Server,
        Target = one.Name.Length == 0 ? one.Kind : $"{one.Kind}/{one.Name}",
        Rules = [one.Reason],
        At = one.At,
        Needed = one.Needed,
        Granted = one.Approvals.Count,
        Answers = one.Answers,
        Digest = one.Digest,
    };

    /// <summary>Returns the definition in full, with its difference to the one that was approved last.</summary>
    public static ApprovalView Shown(PendingDefinition one) => Row(one) with
    {
        Lines = one.Lines,
        Shown = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', one.Lines)))),
        Definition = one,
    };
}
