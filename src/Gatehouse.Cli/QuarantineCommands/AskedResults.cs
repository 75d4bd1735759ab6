using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary>
/// Withheld results that an act is about: looked up before a person is asked, so that no person confirms an act that is refused anyway.
/// </summary>
/// <param name="channel">The way to the host.</param>
internal sealed class AskedResults(ApprovalChannel channel)
{
    private const string Kept = "kept";
    private const string Released = "released";

    /// <summary>Returns an act about results in words, with their calls; or null and the exit code, where one is not there or is over.</summary>
    /// <param name="act">The act in words.</param>
    /// <param name="ids">The results.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<(string? Words, int Code)> WordsAsync(string act, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var (reply, code) = await channel.ReadAsync(new ListQuarantine(true), cancellation).ConfigureAwait(false);
        if (reply is null) return (null, code);
        var words = new List<string>();
        foreach (var id in ids)
        {
            var found = reply.As<QuarantineList>().Results.FirstOrDefault(one => one.Id == id);
            if (found is null) return (null, Refused(ActionRefusal.UnknownResult(id)));
            if (found.State is not (Kept or Released)) return (null, Refused(ActionRefusal.ResultOver(id, found.State)));
            words.Add($"{id} ({found.Method} \"{found.Target}\" of server {found.Server}, called by \"{found.Caller}\")");
        }

        return ($"{act} {string.Join(", ", words)}", ExitCodes.Done);
    }

    private static int Refused(ActionRefusal why) => ControlCall.Show(ControlReply.Refuse(why.Message, why.Remedy), static _ => { });
}
