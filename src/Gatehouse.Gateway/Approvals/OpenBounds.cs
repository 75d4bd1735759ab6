using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The bounds of questions that are not over.</summary>
internal static class OpenBounds
{
    /// <summary>Returns the bounds of a configuration.</summary>
    public static ApprovalBounds Of(ApprovalSettings settings) =>
        new(settings.OpenPerCaller, settings.Open, settings.BytesPerCaller, settings.Bytes)
        {
            MostOpenOfApproverSet = settings.OpenPerApprover,
            MostOpenOfPartyInApproverSet = (settings.OpenPerApprover + 1) / 2,
        };
}
