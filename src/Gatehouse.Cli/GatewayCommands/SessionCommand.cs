using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse session list|revoke</c>.</summary>
internal static class SessionCommand
{
    public static Command Create() => new("session", "List and revoke sessions of a running gateway.") { List(), Revoke() };

    private static Command List()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var server = new Option<string?>("--server") { Description = "Only sessions of this server.", HelpName = "name" };
        var subject = new Option<string?>("--subject") { Description = "Only sessions of this subject.", HelpName = "name" };
        var json = CommonOptions.Json();
        var command = new Command("list", "Print the sessions known to the gateway.\n\nExample:\n  gatehouse session list --subject alice")
            { config, state, server, subject, json };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config),
            new ListSessions(parsed.GetValue(server), parsed.GetValue(subject)),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("sessions", reply.As<SessionList>().Sessions, OutputJson.Default.SessionViews);
                else Print(reply.As<SessionList>().Sessions);
            },
            cancellation));
        return command;
    }

    private static void Print(IReadOnlyList<SessionView> sessions)
    {
        if (sessions.Count == 0)
        {
            Terminal.Note("no sessions");
            return;
        }

        Terminal.Lines(Columns.Lines(["SESSION", "SERVER", "LAST SEEN", "ENDS BY", "WHO"],
            [
                .. sessions.OrderBy(one => one.Server, StringComparer.Ordinal).ThenBy(one => one.Subject, StringComparer.Ordinal)
                    .ThenBy(one => one.Id, StringComparer.Ordinal).Select(Row),
            ],
            Terminal.DataColumns));
    }

    // Threat: names of people and clients are texts from outside, and with spaces in them they could look like the columns of another row. So they
    // come last and are in quotation marks.
    private static IReadOnlyList<string> Row(SessionView one) =>
    [
        VisibleText.Escape(one.Id), VisibleText.Escape(one.Server), Moments.Words(one.LastSeen), Moments.Words(one.Expires),
        $"{Quoted(one.Subject)} of {Quoted(one.Issuer)}{(one.Client is { } client ? $" with {Quoted(client)}" : "")}",
    ];

    private static string Quoted(string text) => $"\"{VisibleText.Escape(text).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static Command Revoke()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var session = new Argument<string?>("session")
        { Description = "Id of the session, as 'session list' prints it.", Arity = ArgumentArity.ZeroOrOne };
        var subject = new Option<string?>("--subject")
        { Description = "Revoke every token of this subject that was issued until now, and its sessions.", HelpName = "name" };
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log, and for a subject in the store.", HelpName = "text" };
        var token = new Option<string?>("--token-file")
        { Description = "File with an access token for the administration audience.", HelpName = "file" };
        var command = new Command("revoke",
            """
            End sessions immediately, with their open streams. The command needs an access token for the administration
            audience, or with --dev a confirmation typed at the terminal.

            Examples:
              gatehouse session revoke 01jd4kq0... --token-file admin.token
              gatehouse session revoke --subject mallory --reason "laptop stolen" --token-file admin.token
            """)
        { session, config, state, subject, reason, token };
        command.Check(result =>
        {
            var (hasId, hasSubject) = (result.GetValue(session) is not null, result.GetValue(subject) is not null);
            if (hasId && hasSubject) result.AddError("give the id of a session or --subject, not both");
            else if (!hasId && !hasSubject) result.AddError("give the id of a session, as 'session list' prints it, or --subject");
        });
        command.SetAction((parsed, cancellation) => RevokeAsync(
            parsed.GetValue(state), parsed.GetValue(config), parsed.GetValue(session), parsed.GetValue(subject),
            parsed.GetValue(reason), parsed.GetValue(token), cancellation));
        return command;
    }

    private static Task<int> RevokeAsync(
        string? state, string? config, string? session, string? subject, string? reason, string? tokenFile, CancellationToken cancellation) =>
        ControlCall.RunAsPersonAsync(
            state, config, tokenFile, $"revoke {session ?? subject}",
            session is not null ? new EndSession(session, reason ?? "") : new RevokeSubject(subject!, reason ?? ""), cancellation);
}
