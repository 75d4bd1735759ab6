using System.CommandLine;

namespace Gatehouse.Audit.Verifier;

/// <summary><c>gatehouse-verify</c>: the commands for an auditor who has files and no gateway.</summary>
internal static class VerifierCommand
{
    public static RootCommand Create(IShown shown)
    {
        var verb = new VerifyVerb();
        var folder = new Argument<string>("folder") { Description = "Folder of an audit log, or the copy of one evidence log." };
        var verify = new Command("verify",
            VerifyVerb.Description + """


            Examples:
              gatehouse-verify verify /mnt/audit --key audit.vkey --checkpoint kept/checkpoint
              gatehouse-verify verify /mnt/audit --damage
            """) { folder };
        verb.AddTo(verify);
        verify.SetAction((parsed, cancellation) => Task.FromResult(Answer.Of(() =>
        {
            if (Directory.Exists(parsed.GetValue(folder))) return verb.Run(parsed, parsed.GetValue(folder)!, shown, cancellation);
            shown.Fault($"there is no folder {parsed.GetValue(folder)}", "give the folder of an audit log");
            return 3;
        }, shown)));
        return new RootCommand(
            """
            gatehouse-verify checks audit logs of Gatehouse, and evidence from them. It writes nothing and connects to nothing.
            Exit codes: 0 vouched for, 1 not, 2 wrong command line, 3 something cannot be read.
            """) { verify, CheckVerb.Create(shown, "gatehouse-verify"), ReceiptVerb.Create(shown, "gatehouse-verify") };
    }
}
