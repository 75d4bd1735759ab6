using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.CredentialCommands;

/// <summary><c>gatehouse credential list|test|refresh|disconnect|review</c>.</summary>
internal static class CredentialCommand
{
    public static Command Create() => new("credential", "Look at the credentials of servers, try and review them, obtain new ones, and disconnect people.")
        { List(), Test(), Refresh(), Disconnect(), CredentialReviewCommand.Create() };

    private static Command List()
    {
        var (config, state, json) = (CommonOptions.Config(), CommonOptions.State(), CommonOptions.Json());
        var server = new Option<string?>("--server") { Description = "Only credentials of this server.", HelpName = "name" };
        var subject = new Option<string?>("--subject") { Description = "Only credentials of this person.", HelpName = "name" };
        var command = new Command("list",
            """
            Print the credentials that a running gateway holds for its servers, and the connections of people, with their persons,
            beginnings and ends, and the fault of the last request. The command prints no value.

            Example:
              gatehouse credential list --server crm --config gatehouse.yaml
            """)
        { server, subject, config, state, json };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config), new ListCredentials(parsed.GetValue(server), parsed.GetValue(subject)),
            reply =>
            {
                var credentials = reply.As<CredentialList>().Credentials;
                if (parsed.GetValue(json)) JsonOutput.Write("credentials", credentials, OutputJson.Default.CredentialViews);
                else Print(credentials, parsed.GetValue(server) is null && parsed.GetValue(subject) is null);
            },
            cancellation));
        return command;
    }

    private static void Print(IReadOnlyList<CredentialView> credentials, bool isWhole)
    {
        if (credentials.Count == 0)
        {
            Terminal.Note(isWhole ? "no person is connected, and no credential was issued since the gateway started"
                : "no credential is held for that server or person; 'gatehouse credential list' without options lists all");
            return;
        }

        Terminal.Lines(Columns.Lines(["SERVER", "KIND", "SINCE", "UNTIL", "FOR"], [.. credentials.Select(Row)], Terminal.DataColumns));
    }

    // Threat: names of people are texts from outside, and with spaces in them they could look like the columns of another row. So they come last and
    // are in quotation marks.
    private static IReadOnlyList<string> Row(CredentialView one) =>
    [
        VisibleText.Escape(one.Server), one.Kind, one.Since is { } since ? Moments.Words(since) : "-",
        one.Until is { } until ? Moments.Words(until) : "-",
        (one.Subject is { } subject ? $"{Quoted(subject)} of {Quoted(one.Issuer!)}{(one.Client is { } client ? $" with {Quoted(client)}" : "")}" : "the gateway")
            + (one.Fault is { } fault ? $"; last fault: {VisibleText.Escape(fault)}" : ""),
    ];

    private static string Quoted(string text) => VisibleText.InQuotes(VisibleText.Escape(text));

    private static Command Test()
    {
        var (config, json) = (CommonOptions.Config(), CommonOptions.Json());
        var server = new Argument<string>("server") { Description = "The server." };
        var command = new Command("test",
            """
            Try the credential of one server, as 'gatehouse doctor credentials' tries all. The gateway need not run.

            Example:
              gatehouse credential test crm --config gatehouse.yaml
            """)
        { server, config, json };
        command.SetAction((parsed, cancellation) =>
            DoctorCredentials.RunAsync(parsed.GetValue(config), parsed.GetValue(server), parsed.GetValue(json), cancellation));
        return command;
    }

    private static Command Refresh()
    {
        var (config, state) = (CommonOptions.Config(), CommonOptions.State());
        var server = new Argument<string>("server") { Description = "The server." };
        var subject = new Option<string?>("--subject") { Description = "Only the credential of this person.", HelpName = "name" };
        var command = new Command("refresh",
            """
            Make a running gateway forget the credentials that it holds for a server. The next call obtains a new one. Use it after a
            change at the provider, such as a consent or a role.

            Example:
              gatehouse credential refresh crm --subject corp:alice --config gatehouse.yaml
            """)
        { server, subject, config, state };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config), new RefreshCredentials(parsed.GetValue(server)!, parsed.GetValue(subject)),
            reply => Terminal.Data(VisibleText.Escape(reply.As<CredentialsForgotten>().Sentence)), cancellation));
        return command;
    }

    private static Command Disconnect()
    {
        var (config, state) = (CommonOptions.Config(), CommonOptions.State());
        var server = new Argument<string>("server") { Description = "The server." };
        var subject = new Option<string>("--subject") { Description = "The person.", HelpName = "name", Required = true };
        var issuer = new Option<string?>("--issuer") { Description = "The issuer of the person, where several have this subject.", HelpName = "url" };
        var command = new Command("disconnect",
            """
            Disconnect a person from the third-party service of a server. The gateway forgets the tokens, and revokes them at the service.
            The next call of the person asks for consent again.

            Example:
              gatehouse credential disconnect code --subject corp:alice --config gatehouse.yaml
            """)
        { server, subject, issuer, config, state };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config),
            new DisconnectPerson(parsed.GetValue(server)!, parsed.GetValue(subject)!, parsed.GetValue(issuer)),
            reply => Terminal.Data(VisibleText.Escape(reply.As<PersonDisconnected>().Sentence)), cancellation));
        return command;
    }
}
