using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Diagnostics;

namespace Gatehouse.Conventions.Tests;

/// <summary>Events for the operator have stable ids, a page, and values of the right number at every place that writes them.</summary>
public sealed partial class OperatorEventTests
{
    private const string Page = "docs/reference/operator-events.md";

    [Fact]
    public void Page_IsTheTableOfEvents() => Repository.RequireEqual(Page, Render());

    [Fact]
    public void Table_HasEveryEventOnce()
    {
        var declared = typeof(OperatorEvents).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (OperatorEvent)field.GetValue(null)!);
        Assert.Equal(declared.OrderBy(one => one.Id), OperatorEvents.All);
        Assert.Equal(OperatorEvents.All.Count, OperatorEvents.All.DistinctBy(one => one.Id).Count());
        Assert.Equal(OperatorEvents.All.Count, OperatorEvents.All.DistinctBy(one => one.Name).Count());
        Assert.All(OperatorEvents.All, one => Assert.Matches("^[a-z-]+$", one.Name));
    }

    [Fact]
    public void EveryEvent_IsWrittenSomewhere_WithAllOfItsValues()
    {
        var written = Repository.Files("src", ".cs")
            .SelectMany(file => Calls(Repository.Read(file)).Select(call => (file, call.Name, call.Count))).ToList();
        var byName = typeof(OperatorEvents).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => field.Name, field => (OperatorEvent)field.GetValue(null)!);
        Repository.RequireNone(
            from one in written
            where byName[one.Name].Values.Count != one.Count
            select $"{one.file}: {one.Name} has {byName[one.Name].Values.Count} values and is given {one.Count}");
        Assert.Equal([], byName.Keys.Except(written.Select(one => one.Name)));
    }

    // The message of an exception about a file of the operator; there is no other way from a message into a line.
    [Fact]
    public void FaultsOfFiles_AreInFiveEvents() => Assert.Equal(
        ["AuditSucceeded", "AuditUnavailable", "ReloadFault", "RevocationsFault", "TreeBehind"],
        Repository.Files("src", ".cs").SelectMany(file => FileFaultForm().Matches(Repository.Read(file))).Select(match => match.Groups[1].Value).Order());

    // Text from outside is in lines where an operator cannot find the fault without it. There is no other way from such a text into a line.
    [Fact]
    public void OutsideText_IsInFiveEvents() => Assert.Equal(
        ["DefinitionUnusable", "IntrospectionUnavailable", "IssuerKeysUnavailable", "ListUnavailable", "OriginRefused"],
        Repository.Files("src", ".cs").SelectMany(file => OutsideForm().Matches(Repository.Read(file))).Select(one => one.Groups[1].Value).Order());

    // Threat: text of a caller or a server in the operator's log, by way of an exception's message (CWE-532).
    [Fact]
    public void NoEvent_IsGivenAMessageOfAnException() => Repository.RequireNone(
        from file in Repository.Files("src", ".cs")
        from Match match in MessageForm().Matches(Repository.Read(file))
        select $"{file}: {match.Value}");

    [Fact]
    public void NoValue_IsMadeOfAStringByItself() =>
        Assert.DoesNotContain(typeof(LogValue).GetMethods(BindingFlags.Public | BindingFlags.Static),
            method => method.Name is "op_Implicit" or "op_Explicit" && method.GetParameters()[0].ParameterType != typeof(long));

    private static string Render()
    {
        var page = new StringBuilder(
            """
            # Events for the operator

            This page is for operators who read or filter the log of the process: stderr of `gatehouse serve`, the log file of `gatehouse host`. It lists every
            event with its text and the action to take. [Monitoring](../operators/monitoring.md) says which events to watch. A test writes the page from
            `OperatorEvents` (`GATEHOUSE_UPDATE=1 ./test --only OperatorEventTests`).

            **Form of a line.** One event is one line: level, id, name, text. Filter by the id or the name: both are stable and are never reused. The words in braces
            in the table are placeholders; the line has the value in their place. Lines without an id are no events: the addresses at the start, and the stderr
            of local servers where `showStderr` is set.

            **Content of a line.** No line holds text of a message, a subject or an argument. A value is a number, an id, a code or a name from the configuration, with
            two exceptions:

            - Events 1005, 2001, 3001, 3005 and 3014 hold the fault of a file or a volume of the operator.
            - The causes in events 2006 and 2008 may quote a document of an issuer, such as the address of its keys. Such text is escaped, and a cause has at most
              512 characters.

            Every other event names only the type of an exception.

            **Bounds.** A value has at most 2,048 characters, and its end shows a cut. After 100 lines in a row the gateway writes one line a second and omits the
            others; event 1102 has their number.

            | id | name | level | text | what to do |
            |---|---|---|---|---|

            """);
        foreach (var one in OperatorEvents.All)
            page.Append($"| {one.Id} | `{one.Name}` | {LineLogger.LevelName(one.Level)} | {one.Text} | {one.Remedy} |\n");
        return page.ToString();
    }

    // The values of a call: the commas of its argument list, less the event itself.
    private static IEnumerable<(string Name, int Count)> Calls(string source)
    {
        foreach (Match match in CallForm().Matches(source))
        {
            var (depth, commas) = (1, 0);
            for (var at = match.Index + match.Length; depth > 0; at++)
            {
                if (source[at] is '(' or '[' or '{') depth++;
                else if (source[at] is ')' or ']' or '}') depth--;
                else if (source[at] == ',' && depth == 1) commas++;
            }

            yield return (match.Groups[1].Value, commas);
        }
    }

    [GeneratedRegex(@"\.Write\(\s*OperatorEvents\.(\w+)")]
    private static partial Regex CallForm();

    [GeneratedRegex(@"OperatorEvents\.(\w+),[^;]*?LogValue\.FileFault\(")]
    private static partial Regex FileFaultForm();

    [GeneratedRegex(@"OperatorEvents\.(\w+),[^;]*?LogValue\.Outside\(")]
    private static partial Regex OutsideForm();

    [GeneratedRegex(@"LogValue\.\w+\([^;]*\.Message\b")]
    private static partial Regex MessageForm();
}
