using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary><c>gatehouse approval grant</c> and <c>deny</c>.</summary>
internal static class ApprovalAnswerCommand
{
    public static Command Grant() => Create(true, "grant",
        """
        Grant calls that wait for an approval. The command shows each one in full at the terminal, and asks. A grant counts for one
        call with exactly this content, until it expires. On a gateway the policy says who may answer, and the command needs a token
        of that person. Callers cannot grant their own calls unless the rule permits it. For the id of a withheld definition, the
        command approves the definition.

        With --remember the answer also holds for later calls, where the rule permits it.

        Without a terminal, give --shown with the digest that 'approval show' printed for you, and the same --remember and --for.

        Examples:
          gatehouse approval grant apr-7q4kd2m9xs --config gatehouse.yaml --token-file me.token --reason "ticket 812"
          gatehouse approval grant apr-7q4kd2m9xs --host
          gatehouse approval grant apr-7q4kd2m9xs --host --remember under:/home/ada/notes --for 8h
        """);

    public static Command Deny() => Create(false, "deny",
        """
        Deny calls that wait for an approval. The calls are refused immediately, and equal calls are refused for approvals.denialLife.

        Examples:
          gatehouse approval deny apr-7q4kd2m9xs --config gatehouse.yaml --token-file me.token --reason "wrong account"
          gatehouse approval deny apr-7q4kd2m9xs --host
        """);

    private static Command Create(bool grants, string name, string description)
    {
        var options = new ApprovalOptions();
        var ids = ApprovalIds.All.Some("The questions, as 'approval list' prints them.");
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var shown = ApprovalOptions.ShownOption("approval show");
        var command = new Command(name, description) { ids, reason, shown };
        options.AddTo(command, names: true);
        options.CheckShown(command, shown);
        var remember = new RememberOptions();
        if (grants) remember.AddTo(command);
        command.Check(result =>
        {
            if (result.GetValue(shown) is not null && result.GetValue(ids)?.Length > 1) result.AddError("--shown is about one question; give one id");
        });
        command.SetAction((parsed, cancellation) =>
            new ApprovalAnswering(options.ChannelOf(parsed, names: true), grants, parsed.GetValue(reason) ?? "", parsed.GetValue(shown))
            { Remember = grants ? remember.WishOf(parsed) : null }
                .RunAsync(parsed.GetValue(ids)!, cancellation));
        return command;
    }
}
