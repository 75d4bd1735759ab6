using Gatehouse.Administration;


namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>All that a person reads of an answer.</summary>
internal static class ReplyWords
{
    /// <summary>Returns the sentence, the remarks and the faults, separated by semicolons.</summary>
    public static string Words(this ControlReply reply) => string.Join("; ", [reply.Message ?? "", .. reply.Remarks ?? [], .. reply.Faults ?? []]);
}
