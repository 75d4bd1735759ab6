using Gatehouse.Configuration.Reading;
using Gatehouse.Identity.Keys;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of <c>approvals</c> from a section without a fault.</summary>
internal static class ApprovalBuilder
{
    public static ApprovalSettings Build(ConfigurationSection section) =>
        section.Into(new ApprovalSettings { Webhooks = [.. section.Parts("webhooks").Select(Webhook)] });

    private static ApprovalWebhookSettings Webhook(ConfigurationSection section) => new()
    {
        Name = section.Get<string>("name")!,
        Url = section.Get<Uri>("url")!,
        Secret = section.Get<SecretReference>("secret")!,
        Region = section.Get<string>("region"),
        Servers = section.Texts("servers"),
        SendsArguments = section.Get<bool>("arguments"),
        SendsAlarms = section.Get<bool>("alarms"),
        Approvers = [.. section.Parts("approvers").Select(Approvers)],
    };

    private static WebhookApprovers Approvers(ConfigurationSection section) => new()
    {
        Issuer = section.Get<string>("issuer")!,
        Subjects = section.Texts("subjects"),
        Groups = section.Texts("groups"),
        Roles = section.Texts("roles"),
        Keys = [.. section.Texts("keys").Select(static text => AnswerKey.TryParse(text, out var key) ? key : null).OfType<AnswerKey>()],
    };
}
