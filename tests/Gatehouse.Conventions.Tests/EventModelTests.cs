using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Audit;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Conventions.Tests;

/// <summary>The page of the event model names every word that entries have.</summary>
public sealed partial class EventModelTests
{
    private static readonly string Page = Repository.Read("docs/auditors/event-model.md");

    [Fact]
    public void ThePage_IsOfTheVersionThatIsWritten() =>
        Assert.Contains($"# Event model, version {AuditEntry.ModelVersion}\n", Page, StringComparison.Ordinal);

    [Fact]
    public void EveryKindAndOutcome_HasItsRow()
    {
        var rows = Markdown.Rows(Page).SelectMany(row => Markdown.Code(row[0])).ToHashSet(StringComparer.Ordinal);
        Repository.RequireNone(
        [
            .. from kind in Enum.GetValues<AuditPartKind>() let word = AuditPartKinds.Text(kind) where !rows.Contains(word)
                select $"kind {word} has no row",
            .. from outcome in Enum.GetValues<AuditOutcome>() let word = AuditOutcomes.Text(outcome) where !rows.Contains(word)
                select $"outcome {word} has no row",
        ]);
    }

    // Fields that are sealed, and facts that are not: the page is the one that an auditor reads before the code.
    [Fact]
    public void SealedFieldsAndFactsInClear_AreThoseOfTheCode()
    {
        Assert.Equal(PersonalFacts.InClear.Order(StringComparer.Ordinal), CodeBetween("Facts in clear:", ", and those of entries").Order(StringComparer.Ordinal));
        Assert.Equal(PersonalFacts.Members.Order(StringComparer.Ordinal),
            CodeBetween("In the box of the person who acted are the fields", ", and facts").Order(StringComparer.Ordinal));
        Assert.Equal(PersonalFacts.OfTheOther.Order(StringComparer.Ordinal),
            CodeBetween("In a second box, of the person acted upon, are the facts", ". An entry").Order(StringComparer.Ordinal));
        var rows = Markdown.Rows(Page).Where(row => row[^1].Contains("In the box", StringComparison.Ordinal))
            .SelectMany(row => Markdown.Code(row[0])).ToHashSet(StringComparer.Ordinal);
        Repository.RequireNone(from name in PersonalFacts.Members where !rows.Contains(name) select $"the row of {name} does not say that it is in the box");
    }

    // What an operator sets for a class is about the entries that the page names.
    [Fact]
    public void ClassesOfEntries_AreThoseOfTheCode()
    {
        var table = Page[Page.IndexOf("\n### Classes\n", StringComparison.Ordinal)..].Split("\n## ")[0].Split('\n');
        string[] RowOf(EntryClass one) =>
            [.. Markdown.Code(table.Single(line => line.StartsWith($"| `{EntryClasses.Text(one)}` |", StringComparison.Ordinal)).Split('|')[2])];
        EntryClass ClassOf(string act) => EntryClasses.Of(new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "01kaf6",
            At = DateTimeOffset.UnixEpoch,
            Facts = [KeyValuePair.Create("act", act)],
        });
        var calls = RowOf(EntryClass.Calls).Except(["begun", "ended"]).ToList();
        Assert.Equal(EntryClasses.ActsOfCalls.Order(StringComparer.Ordinal), calls.Order(StringComparer.Ordinal));
        Assert.All(calls, act => Assert.Equal(EntryClass.Calls, ClassOf(act)));
        Assert.Equal(["alarm", EntryClasses.SignInPrefix], RowOf(EntryClass.SignIns));
        Assert.All((string[])["alarm", EntryClasses.SignInPrefix + "grant"], act => Assert.Equal(EntryClass.SignIns, ClassOf(act)));
        var others = RowOf(EntryClass.Administration);
        Assert.True(others.Length >= 3);
        Assert.All(others, act => Assert.Equal(EntryClass.Administration, ClassOf(act)));
        Assert.Empty(RowOf(EntryClass.Payloads));
    }

    [Fact]
    public void EveryField_HasItsRow()
    {
        var rows = Markdown.Rows(Page).SelectMany(row => Markdown.Code(row[0])).ToHashSet(StringComparer.Ordinal);
        // The row of `personal` names the two members that a reader with the keys has in its place.
        Repository.RequireNone(from name in EntryFields.Names where name is not ("who" or "closed") && !rows.Contains(name) select $"the field {name} has no row");
    }

    // The verifier checks an entry by a table of its members: it is the one of the page, and of the writer.
    [Fact]
    public void MembersOfTheVerifier_AreThoseOfThePage()
    {
        var table = Page[Page.IndexOf("| `seq` |", StringComparison.Ordinal)..Page.IndexOf("| `act` and other facts |", StringComparison.Ordinal)];
        var rows = table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Trim('|').Split('|'))
            .Select(cells => (Names: cells[0], Type: cells[1].Trim().Replace("lists of", "list of", StringComparison.Ordinal)))
            .SelectMany(cells => Markdown.Code(cells.Names).Select(name => (Name: name, cells.Type)))
            .Append((Name: "v", Type: "number"));
        Assert.Equal(rows.OrderBy(row => row.Name, StringComparer.Ordinal),
            EntryMembers.Types.Select(member => (Name: member.Key, Type: EntryMembers.Words(member.Value)))
                .OrderBy(row => row.Name, StringComparer.Ordinal));
        Assert.Equal(PersonalFacts.Members.Order(StringComparer.Ordinal), EntryMembers.InBoxes.Order(StringComparer.Ordinal));
        Repository.RequireNone(from name in EntryFields.Names
                               where name is not ("who" or "closed") && !EntryMembers.Types.ContainsKey(name)
                               select $"the verifier does not know the field {name}");
    }

    [Fact]
    public void EveryControlEntryThatTheSourcesWrite_IsOnThePage()
    {
        var written = Repository.Files("src", ".cs").Where(file => !file.Contains("/Gatehouse.Cli/", StringComparison.Ordinal)
                && !file.Contains("/Gatehouse.Testing/", StringComparison.Ordinal))
            .Select(Repository.Read).Where(text => text.Contains("ote", StringComparison.Ordinal) || text.Contains("\"act\"", StringComparison.Ordinal))
            .SelectMany(text => Acts().Matches(text).Select(match => match.Groups["act"].Value)).Distinct().ToList();
        Assert.True(written.Count > 30, "the acts are not found in the sources any more");
        Repository.RequireNone(from act in written where !Page.Contains($"`{act}`", StringComparison.Ordinal) select $"the control entry {act} is not on the page");
    }

    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // Which acts carry a purpose, which have an entry only when they are refused, and which wait for the log.
    [Fact]
    public void ActsOfAdministration_AreDescribedAsTheyAre()
    {
        foreach (var type in typeof(Administration.ControlReply).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.BaseType?.BaseType?.Name == "AdministrativeAction"))
        {
            var act = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
            var name = (string)type.GetProperty("Name", Members)!.GetValue(act)!;
            var listed = name.StartsWith("audit.", StringComparison.Ordinal) ? "audit.KIND" : name;
            var row = Page.Split('\n').Single(line => line.StartsWith("| `control.NAME` |", StringComparison.Ordinal));
            var onlyRefused = row[row.IndexOf("Acts that only read", StringComparison.Ordinal)..];
            var effect = type.GetProperty("Effect", Members)!.GetValue(act)!.ToString();
            Assert.True((effect == "Reads" ? onlyRefused : row[..row.IndexOf("Acts that only read", StringComparison.Ordinal)])
                .Contains($"`{listed}`", StringComparison.Ordinal), $"{name} is not at its place in the row of control.NAME");
            var durable = Page.Split('\n').Single(line => line.StartsWith("| each other `control.NAME` |", StringComparison.Ordinal));
            var grants = CodeBetween(durable[durable.IndexOf("gives or changes a right", StringComparison.Ordinal)..], "right (", ")");
            Assert.True((effect == "Grants") == grants.Contains(name),
                $"{name}: the row of entries that are durable before their effect says otherwise");
            Assert.True(type.GetProperty("Purpose") is not null == (name.StartsWith("audit.", StringComparison.Ordinal) && name is not ("audit.index" or "audit.clock")),
                $"{name}: the page says which acts carry a purpose");
        }
    }

    private static IEnumerable<string> CodeBetween(string from, string to) => CodeBetween(Page, from, to);

    private static IEnumerable<string> CodeBetween(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(start >= 0, $"'{from}' is not there");
        return Markdown.Code(text[(start + from.Length)..text.IndexOf(to, start, StringComparison.Ordinal)]);
    }

    // An act that a journal notes or the log writes, and a text of the form of one in a file that notes acts.
    [GeneratedRegex("""
        (?:\"act",\s|[nN]ote\w*\(\s*(?:[^"();]*?,\s*)*?)"(?<act>start|stop|drain|revocations|reload|reload-refused|[a-z]+(?:\.[a-z-]+)+)"
        |"(?<act>(?:oauth|approval|definition|configuration|wrap|decision|revocations|host(?=\.(?:start|stop|refused)))\.[a-z.-]+)"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Acts();

    [Fact]
    public void EveryRule_HasItsRow()
    {
        var rows = Markdown.Rows(Page).SelectMany(row => Markdown.Code(row[0])).ToHashSet(StringComparer.Ordinal);
        var rules = typeof(Pipeline.GatewayPipeline).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false }
            && (type.GetInterface("IRequestRule") ?? type.GetInterface("IResponseRule")) is not null)
            .Select(type => (string)type.GetProperty("Name")!.GetValue(System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type))!);
        Repository.RequireNone(from name in rules where !rows.Contains(name) select $"the rule {name} has no row");
    }
}
