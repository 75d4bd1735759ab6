using System.CommandLine;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AccessCommands;

/// <summary><c>gatehouse access grant</c> and <c>deny</c>.</summary>
internal static class AccessAnswerCommand
{
    public static Command Grant() => Create(true, "grant",
        """
        Grant requests for rights, with your own token. The command shows each request in full at the terminal, and asks. Only people
        that the rule names in 'grantedBy' may grant a right, and no one grants their own request. The right begins with the
        grant that completes the number of people, and ends by itself.

        Without a terminal, give --shown with the digest that 'access show' printed for you.

        Example:
          gatehouse access grant acc-7q4kd2m9xs --config gatehouse.yaml --token-file me.token --reason "ticket 812"
        """);

    public static Command Deny() => Create(false, "deny",
        """
        Deny requests for rights. A denial by one person decides.

        Example:
          gatehouse access deny acc-7q4kd2m9xs --config gatehouse.yaml --token-file me.token --reason "not during the freeze"
        """);

    private static Command Create(bool grants, string name, string description)
    {
        var options = new AccessOptions();
        var ids = AccessIds.All.Some("The requests, as 'access list' prints them.");
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var shown = ApprovalOptions.ShownOption("access show");
        var command = new Command(name, description) { ids, reason, shown };
        options.AddTo(command, names: true);
        options.CheckShown(command, shown);
        command.Check(result =>
        {
            if (result.GetValue(shown) is not null && result.GetValue(ids)?.Length > 1) result.AddError("--shown is about one request; give one id");
        });
        command.SetAction((parsed, cancellation) =>
            new ApprovalAnswering(options.ChannelOf(parsed, names: true), grants, parsed.GetValue(reason) ?? "", parsed.GetValue(shown))
                .RunAsync(parsed.GetValue(ids)!, cancellation));
        return command;
    }
}
