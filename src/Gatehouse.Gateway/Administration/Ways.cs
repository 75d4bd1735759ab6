using Gatehouse.Administration;

namespace Gatehouse.Gateway.Administration;

/// <summary>The ways by which a person answers, as words in entries. No way is one by which calls come.</summary>
internal static class Ways
{
    private const string Terminal = "terminal";
    private const string Socket = "socket";

    /// <summary>Returns the way of a person.</summary>
    public static string Of(Administrator by) => by.Webhook is { } name ? AdministrationService.WayOfWebhook(name)
        : by.IsRemote ? AdministrationService.HttpWay : by.Token is null ? Terminal : Socket;
}
