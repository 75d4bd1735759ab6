using System.CommandLine;
using System.CommandLine.Parsing;
using Gatehouse.Administration;

namespace Gatehouse.Cli.ContainCommands;

/// <summary><c>gatehouse contain server|tool|user|client|session|list</c>.</summary>
internal static class ContainCommand
{
    public static Command Create() => new("contain",
        """
        Contain a server, a tool, a user, a client or a session: it gets nothing and gives nothing through the gateway from this
        moment, over restarts, reloads and new tokens, until 'gatehouse release'. Requests, streams and processes end immediately.

        Examples:
          gatehouse contain server billing --dry-run
          gatehouse contain server billing --reason "incident 4711" --token-file admin.token
          gatehouse contain list
        """)
    {
        OfOne(ContainmentTarget.Server, "server", "Name of the server in the configuration.", static (_, server) => new("server", "", server, ""),
            "Contain a server: no caller reaches it, and its local processes end.", "billing"),
        OfOne(ContainmentTarget.OfTool, "server/tool", "Server and tool, with a slash between them.", ReadTool,
            "Contain a tool of a server: no caller sees it or calls it, and tasks of its calls give nothing.", "billing/pay_invoice"),
        OfParty(ContainmentTarget.User, "Contain a user, with all clients: tokens are refused, also later ones, and sign-in and refresh fail.",
            "user", "The user at the issuer, as 'gatehouse session list' or 'gatehouse audit search' prints it.", "https://login.example.com ada"),
        OfParty(ContainmentTarget.Client, "Contain a client, with all users: tokens are refused, also later ones, and sign-in and refresh fail.",
            "client", "The client id at the issuer.", "https://login.example.com desktop-7"),
        OfOne(ContainmentTarget.Session, "session", "Id of the session, as 'gatehouse session list' prints it.",
            static (_, id) => new("session", "", id, ""), "Contain one session of the legacy era.", "01m82ef5jccakkmjj3whwhtr9r"),
        ContainListCommand.Create(),
    };

    // The name of a server has no slash; that of a tool may.
    private static ContainmentTarget ReadTool(ArgumentResult result, string text)
    {
        var at = text.IndexOf('/', StringComparison.Ordinal);
        if (at > 0 && at < text.Length - 1) return new ContainmentTarget(ContainmentTarget.OfTool, "", text[..at], text[(at + 1)..]);
        result.AddError($"'{text}' is no tool of a server: write the server, a slash and the tool, for example billing/pay_invoice");
        return new ContainmentTarget(ContainmentTarget.OfTool, "", "", "");
    }

    private static Command OfOne(
        string kind, string name, string description, Func<ArgumentResult, string, ContainmentTarget> read, string help, string example)
    {
        var argument = new Argument<ContainmentTarget>(name)
        {
            Description = description,
            CustomParser = result => read(result, result.Tokens[0].Value),
        };
        return Make(kind, help, example, [argument], parsed => parsed.GetValue(argument)!, hasNames: kind != ContainmentTarget.Session);
    }

    private static Command OfParty(string kind, string help, string name, string description, string example)
    {
        var issuer = new Argument<string>("issuer") { Description = "Issuer of the tokens, a URL." };
        var party = new Argument<string>(name) { Description = description };
        return Make(kind, help, example, [issuer, party],
            parsed => new ContainmentTarget(kind, parsed.GetValue(issuer)!, parsed.GetValue(party)!, ""), hasNames: false);
    }

    private static Command Make(
        string kind, string help, string example, IReadOnlyList<Argument> arguments, Func<ParseResult, ContainmentTarget> target, bool hasNames)
    {
        var options = new ContainOptions(hasNames);
        var command = new Command(kind,
            $"""
            {help}

            Example:
              gatehouse contain {kind} {example} --reason "incident 4711" --token-file admin.token
            """);
        foreach (var argument in arguments) command.Add(argument);
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => options.RunAsync(target(parsed), parsed, cancellation));
        return command;
    }
}
