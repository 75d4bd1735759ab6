using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse consent list|revoke</c>.</summary>
internal static class ConsentCommand
{
    public static Command Create() => new("consent", "List and revoke the consents that people gave to clients of the authorization server.") { List(), Revoke() };

    private static Command List()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var subject = new Option<string?>("--subject") { Description = "Only consents of this person, such as corp:alice.", HelpName = "name" };
        var json = CommonOptions.Json();
        var command = new Command("list",
            "Print who consented to which client, for which server, and whether a grant of it still gives tokens.\n\nExample:\n  gatehouse consent list --subject corp:alice")
            { config, state, subject, json };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config), new ListConsents(parsed.GetValue(subject)),
            reply =>
            {
                if (parsed.GetValue(json)) JsonOutput.Write("consents", reply.As<ConsentList>().Consents, OutputJson.Default.ConsentViews);
                else Print(reply);
            },
            cancellation));
        return command;
    }

    private static void Print(ControlReply reply)
    {
        if (reply.As<ConsentList>().Consents is not { Count: > 0 } consents)
        {
            Terminal.Note("no consents");
            return;
        }

        // Threat: a client chose its name. With spaces in it, it could look like the columns of another row, so it is the last one and in quotes.
        Terminal.Row($"{"SUBJECT",-24}  {"CLIENT",-32}  {"RESOURCE",-36}  {"CONSENTED",-20}  {"GRANT",-16}  {"SCOPES",-16}  NAME");
        foreach (var one in consents)
            Terminal.Row($"{one.Subject,-24}  {one.Client,-32}  {one.Resource,-36}  {Moments.Words(one.At),-20}  {one.State,-16}  {one.Scopes,-16}  "
                + $"\"{one.Name}\"");
        if (reply.Remedy is { } more) Terminal.Note(more);
    }

    private static Command Revoke()
    {
        var subject = new Argument<string>("subject") { Description = "Person, as 'consent list' prints it." };
        var client = new Argument<string>("client") { Description = "Id of the client, as 'consent list' prints it." };
        var resource = new Option<string?>("--resource") { Description = "Only for this server, by its address. Without it: for all servers.", HelpName = "url" };
        var person = new RevocationOptions();
        var command = new Command("revoke",
            """
            Withdraw the consent of a person to a client. All tokens that the client has for that person end immediately, with
            their open streams. The client must ask the person again. The command needs an access token for the administration
            audience, or with --dev a confirmation typed at the terminal.

            Example:
              gatehouse consent revoke corp:alice https://app.example.com/client.json --reason "laptop stolen" --token-file admin.token
            """)
        { subject, client, resource, person.Config, person.State, person.Reason, person.Token };
        command.SetAction((parsed, cancellation) => person.RunAsync(
            $"revoke the consent of {parsed.GetValue(subject)} to {parsed.GetValue(client)}",
            reason => new RevokeConsent(parsed.GetValue(subject)!, parsed.GetValue(client)!, parsed.GetValue(resource), reason),
            parsed, cancellation));
        return command;
    }
}
