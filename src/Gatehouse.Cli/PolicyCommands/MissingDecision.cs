using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Refusals;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The message where the log has no decision of the policy that can be explained: what the log has instead, and where to look.</summary>
internal static class MissingDecision
{
    /// <summary>Prints the message.</summary>
    /// <param name="folder">The folder of the log.</param>
    /// <param name="id">The id of the exchange that was asked about.</param>
    public static void Print(string folder, string id)
    {
        JsonElement? found = null;
        foreach (var entry in OpenedLog.Read(folder, TimeProvider.System))
        {
            if (EntryMember.Text(entry, "id") == id) found = entry.Clone(); // the last entry of an exchange has its end
        }

        if (found is { } last)
        {
            Terminal.Fault(What(last, id));
            Terminal.Hint($"see every field of the entry with: gatehouse audit show {id} --purpose TEXT");
            return;
        }

        Terminal.Fault($"the log has no entry with the id {id}");
        Terminal.Hint((id.Length < IdForm.Length ? "give the whole id; " : "")
            + "a refused caller has it in the answer and in the header Gatehouse-Request-Id, and 'gatehouse audit search --purpose TEXT' prints it");
    }

    private static string What(JsonElement entry, string id)
    {
        if (RecordedRequest.IdWithoutCaller(entry) is not null)
            return $"the policy decided {id}, but the log does not say who made the request, so the decision cannot be explained";
        if (EntryMember.Text(entry, "act") is { } act) return $"the policy did not decide {id}: it is the entry of the act {act}";
        return EntryMember.Text(entry, "code") is { } code && Reasons.Find(code) is { } reason
            ? $"the policy did not decide {id}: the stage {reason.Stage} refused it with {reason.Code} ({reason.Slug})"
            : $"the policy did not decide {id}: its entry has no decision";
    }
}
