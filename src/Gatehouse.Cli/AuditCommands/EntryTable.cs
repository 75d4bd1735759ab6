using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>Entries as a table for people. A caller chooses names of refused requests: the columns after the time and the verdict are cut.</summary>
internal static class EntryTable
{
    public static void PrintHeader() => Print("TIME", "VERDICT", "WHO", "SERVER", "TOOL OR ACT", "CODE", "ID");

    public static void Print(JsonElement entry)
    {
        var facts = new EntryFacts(entry);
        Print(facts.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), facts.Verdict, facts.Person ?? "-",
            facts.Server ?? "-", facts.Tool ?? facts.Act ?? facts.Method ?? "-", facts.Code ?? "-", facts.Id);
    }

    private static void Print(string time, string verdict, string who, string server, string tool, string code, string id) =>
        Terminal.Row($"{time,-20}  {verdict,-7}  {Cut(who),-24}  {Cut(server),-16}  {Cut(tool),-24}  {code,-6}  {id}");

    private static string Cut(string text) => text.Length <= 48 ? text : text[..47] + "…";
}
