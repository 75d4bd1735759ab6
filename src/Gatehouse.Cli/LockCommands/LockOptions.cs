using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Ipc;

namespace Gatehouse.Cli.LockCommands;

/// <summary>The options of an approval in a lock file, which <c>lock</c> and <c>lock approve</c> have.</summary>
internal class LockOptions
{
    /// <summary>The servers to ask.</summary>
    public LockSources Sources { get; } = new();

    /// <summary><c>--lock</c>.</summary>
    public Option<string> File { get; } =
        new("--lock") { Description = "Lock file.", HelpName = "file", DefaultValueFactory = _ => LockWork.DefaultFile };

    /// <summary><c>--expires</c>.</summary>
    public Option<string?> Expires { get; } =
        new("--expires") { Description = "End of the approval: a day such as 2027-01-31, or 90d. Default: never.", HelpName = "day" };

    /// <summary><c>--by</c>.</summary>
    public Option<string> By { get; } = new("--by")
    {
        Description = "Your name in the lock. Default: the name of your account.",
        HelpName = "name",
        DefaultValueFactory = _ => PeerAccount.OwnName(),
    };
}
