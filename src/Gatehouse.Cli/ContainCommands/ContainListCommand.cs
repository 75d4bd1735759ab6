using System.CommandLine;
using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Ipc;
using Gatehouse.Text;

namespace Gatehouse.Cli.ContainCommands;

/// <summary><c>gatehouse contain list</c>.</summary>
internal static class ContainListCommand
{
    public static Command Create()
    {
        var (options, json) = (new ApprovalOptions(), CommonOptions.Json());
        var command = new Command("list",
            """
            Print what is contained now, with the person who contained it and the reason.

            Examples:
              gatehouse contain list --config gatehouse.yaml
              gatehouse contain list --host
            """)
        { json };
        options.AddTo(command, names: false);
        command.SetAction((parsed, cancellation) => options.ChannelOf(parsed, names: false).ReadAsync(
            new ListContainments(),
            reply =>
            {
                var contained = reply.As<ContainmentList>().Containments;
                if (parsed.GetValue(json)) JsonOutput.Write("containments", contained, OutputJson.Default.ContainmentViews);
                else Print(contained);
            },
            cancellation));
        return command;
    }

    private static void Print(IReadOnlyList<ContainmentView> containments)
    {
        if (containments.Count == 0)
        {
            Terminal.Note("nothing is contained");
            return;
        }

        Terminal.Lines(Columns.Lines(["ID", "SINCE", "KIND", "WHAT"], [.. containments.Select(Row)], Terminal.DataColumns));
    }

    /// <summary>Returns what is contained, in quotation marks, its outside text not escaped.</summary>
    public static string What(ContainmentView one) => one.Tool is { } tool ? $"\"{tool}\" at \"{one.Name}\""
        : one.Issuer is { } issuer ? $"\"{one.Name}\" of \"{issuer}\"" : $"\"{one.Name}\"";

    /// <summary>Returns who contained it: a person in quotation marks, or the account of one at a terminal; outside text not escaped.</summary>
    public static string By(ContainmentView one) => one.ByIssuer is not null ? $"\"{one.By}\""
        : one.By == "unknown" ? "an unknown account" : $"user id {one.By} at a terminal{NameOf(one.By)}";

    // The gateway knows the account only by its number.
    private static string NameOf(string account) =>
        account == PeerAccount.OwnUserId().ToString(CultureInfo.InvariantCulture) ? $" ({PeerAccount.OwnName()})" : "";

    // Threat: names are texts from outside, and with spaces in them they could look like the columns of another row. So they come last and are in
    // quotation marks.
    private static IReadOnlyList<string> Row(ContainmentView one)
    {
        var since = Moments.Words(one.At);
        var what = one.Tool is { } tool ? $"{Quoted(tool)} at {Quoted(one.Name)}"
            : one.Issuer is { } issuer ? $"{Quoted(one.Name)} of {Quoted(issuer)}" : Quoted(one.Name);
        var waits = one.WaitsForEntry ? " (released; holds until the audit log can be written)" : "";
        var by = one.ByIssuer is null ? VisibleText.Escape(By(one)) : Quoted(one.By);
        return [VisibleText.Escape(one.Id), since, VisibleText.Escape(one.Kind), $"{what} by {by}: {Quoted(one.Reason)}{waits}"];
    }

    private static string Quoted(string text) => VisibleText.InQuotes(VisibleText.Escape(text));
}
