using System.CommandLine;
using System.Globalization;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>The options that select entries.</summary>
internal sealed class EntryFilterOptions
{
    private readonly Option<string?> person = Text("--person", "Only entries of this subject, or that name this person.", "name");
    private readonly Option<string?> issuer = Text("--issuer", "Only entries of this issuer. With --person, only of that person at this issuer.", "url");
    private readonly Option<string?> client = Text("--client", "Only entries of this client id.", "id");
    private readonly Option<string?> server = Text("--server", "Only entries of this server.", "name");
    private readonly Option<string?> tool = Text("--tool", "Only entries of this tool or prompt.", "name");
    private readonly Option<string?> method = Text("--method", "Only entries of this method.", "name");
    private readonly Option<string?> verdict = Text("--verdict", "permit, deny or pass for the end of an exchange; begun or control for the other kinds of entries.", "word");
    private readonly Option<string?> finding = Text("--finding", "Only entries with this finding or broken rule, such as GHS9001.", "id");
    private readonly Option<string?> code = Text("--code", "Only exchanges refused with this code, such as GH4003.", "code");
    private readonly Option<string?> act = Text("--act", "Only control entries of this act.", "name");
    private readonly Option<string?> session = Text("--session", "Only entries of this session.", "id");
    private readonly Option<string?> text = Text("--text", "Only entries with all these words in the fields that you may read.", "words");
    private readonly Option<string?> since = Text("--since", "From this time on, such as 2026-11-20 or 2026-11-20T08:00:00Z.", "time");
    private readonly Option<string?> until = Text("--until", "Before this time.", "time");

    private IEnumerable<Option<string?>> All =>
        [person, issuer, client, server, tool, method, verdict, finding, code, act, session, text, since, until];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        verdict.AcceptOnly("permit", "deny", "pass", "begun", "control");
        foreach (var option in All) command.Add(option);
    }

    /// <summary>Adds only the option for the earliest time.</summary>
    public void AddSinceTo(Command command) => command.Add(since);

    /// <summary>Returns the filter. Returns null, and prints the fault, when a time is none.</summary>
    public EntryFilter? Of(ParseResult parsed)
    {
        if (!TryTime(parsed, since, out var from) || !TryTime(parsed, until, out var to)) return null;
        return new EntryFilter
        {
            Person = parsed.GetValue(person),
            Issuer = parsed.GetValue(issuer),
            Client = parsed.GetValue(client),
            Server = parsed.GetValue(server),
            Tool = parsed.GetValue(tool),
            Method = parsed.GetValue(method),
            Verdict = parsed.GetValue(verdict),
            Finding = parsed.GetValue(finding),
            Code = parsed.GetValue(code),
            Act = parsed.GetValue(act),
            Session = parsed.GetValue(session),
            Text = parsed.GetValue(text),
            Since = from,
            Until = to,
        };
    }

    private static bool TryTime(ParseResult parsed, Option<string?> option, out DateTimeOffset? time)
    {
        time = null;
        if (parsed.GetValue(option) is not { } text) return true;
        const DateTimeStyles universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, universal, out var read))
        {
            time = read;
            return true;
        }

        Terminal.Fault($"{option.Name}: '{text}' is not a time");
        Terminal.Hint("give a day or a time in UTC, such as 2026-11-20 or 2026-11-20T08:00:00Z");
        return false;
    }

    private static Option<string?> Text(string name, string description, string value) => new(name) { Description = description, HelpName = value };
}
