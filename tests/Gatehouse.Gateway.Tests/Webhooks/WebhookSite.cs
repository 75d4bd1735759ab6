using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Tests.AdministrationHttp;
using Gatehouse.Identity.Development;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>A gateway whose policy asks about calls, with webhooks: the receiver of each, and the signer of its people.</summary>
internal sealed class WebhookSite : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private readonly TimeProvider time;

    private WebhookSite(AdministrationSite site, DirectoryInfo folder, TimeProvider time, Dictionary<string, (WebhookReceiver, AnswerSigner)> hooks)
    {
        (Site, this.folder, this.time, Hooks) = (site, folder, time, hooks);
    }

    public AdministrationSite Site { get; private set; }

    public Dictionary<string, (WebhookReceiver Receiver, AnswerSigner Signer)> Hooks { get; }

    public WebhookReceiver Receiver => Hooks["chat"].Receiver;

    public AnswerSigner Signer => Hooks["chat"].Signer;

    public string Issuer => Site.Gateway.Host.Development!.TrustedIssuer.Profile.Issuer;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>
    /// Moves the clock step by step until a task has ended, and no step while a notification is on its way: it would be one that takes too long.
    /// </summary>
    public Task AdvancedAsync(TimeSpan step, Task until) =>
        Eventually.AdvancedAsync((ManualTimeProvider)time, step, until, Site.Gateway.Host.Core.Webhooks.RestingAsync);

    /// <summary>Starts with webhooks of these names; <paramref name="change"/> changes the settings of each.</summary>
    public static async Task<WebhookSite> StartAsync(
        string[]? names = null, Func<ApprovalWebhookSettings, ApprovalWebhookSettings>? change = null, TimeProvider? clock = null,
        IEnumerable<PolicyRule>? rules = null, Func<GatewaySettings, GatewaySettings>? settings = null, TemporaryStore? data = null,
        bool keepState = false, Func<IStore, IStore>? around = null)
    {
        ConfigurationResult? next = null;
        var folder = Directory.CreateTempSubdirectory("gatehouse-webhooks-");
        var hooks = new Dictionary<string, (WebhookReceiver, AnswerSigner)>(StringComparer.Ordinal);
        var list = new List<Func<string, ApprovalWebhookSettings>>();
        foreach (var name in names ?? ["chat"])
        {
            var key = RandomNumberGenerator.GetBytes(32);
            var file = Path.Combine(folder.FullName, name + ".secret");
            await WriteSecretAsync(file, "whsec_" + Convert.ToBase64String(key));
            var (receiver, signer) = (await WebhookReceiver.StartAsync(key, clock), new AnswerSigner());
            hooks[name] = (receiver, signer);
            list.Add(issuer => Settings(name, receiver, signer, file, issuer));
        }

        var site = await AdministrationSite.StartAsync(s =>
        {
            var issuer = s.PublicUrl.GetLeftPart(UriPartial.Authority) + DevelopmentIssuer.Path;
            var changed = s with
            {
                Approvals = s.Approvals with { Webhooks = [.. list.Select(one => one(issuer)).Select(one => change?.Invoke(one) ?? one)] },
            };
            return settings?.Invoke(changed) ?? changed;
        }, clock, rules, data, keepState, () => next!, around);
        return new WebhookSite(site, folder, clock ?? TimeProvider.System, hooks)
        {
            ReloadAsync = () =>
            {
                next = new ConfigurationResult { Settings = site.Gateway.Host.Snapshots.Current.Settings, Faults = [], SourcePath = "gatehouse.yaml" };
                return site.Gateway.Host.ReloadAsync();
            },
        };
    }

    /// <summary>Reads the same configuration again, with the secrets as they are now. Returns the faults.</summary>
    public required Func<Task<IReadOnlyList<string>>> ReloadAsync { get; init; }

    /// <summary>Puts another snapshot in force, as a reload does.</summary>
    public void Replace(Func<GatewaySnapshot, GatewaySnapshot> change)
    {
        var snapshots = Site.Gateway.Host.Snapshots;
        snapshots.Replace(change(snapshots.Current) with { Generation = snapshots.Current.Generation + 1 });
    }

    /// <summary>Puts other settings of approvals in force, as a reload does.</summary>
    public void ReplaceApprovals(Func<ApprovalSettings, ApprovalSettings> change) =>
        Replace(before => before with { Settings = before.Settings with { Approvals = change(before.Settings.Approvals) } });

    /// <summary>Contains a person.</summary>
    public async Task ContainAsync(string person)
    {
        var act = new { target = new { kind = "user", issuer = Issuer, name = person }, reason = "incident 12" };
        Assert.Equal(200, (await Site.ActAsync("contain", act, "carol")).Status);
    }

    /// <summary>The file of the secret of a webhook.</summary>
    public string SecretFile(string webhook = "chat") => Path.Combine(folder.FullName, webhook + ".secret");

    /// <summary>Ends the gateway, and starts another one with the same settings, state folder and store.</summary>
    public async Task RestartAsync(TemporaryStore data)
    {
        var settings = Site.Gateway.Host.Snapshots.Current.Settings;
        await Site.DisposeAsync();
        Site = await AdministrationSite.StartAsync(_ => settings, time, data: data);
    }

    /// <summary>Writes a secret that only the own account can read.</summary>
    public static async Task WriteSecretAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>A call that waits, its id, and the notification of its question.</summary>
    public async Task<(Task<JsonElement> Call, string Id, Notification Notice)> AskAsync(string subject = "alice")
    {
        var (call, id) = await Site.AskAsync(subject);
        return (call, id, await Receiver.NextAsync("approval.asked"));
    }

    /// <summary>The members of an answer of a person to a notification, at this moment.</summary>
    public JsonObject Answer(Notification to, string person = "carol", string decision = "grant") =>
        AnswerSigner.Answer(to, Issuer, person, Now, decision);

    /// <summary>Signs and sends an answer.</summary>
    public Task<AdministrationAnswer> SendAsync(JsonObject answer, string webhook = "chat") => SendAsync(Hooks[webhook].Signer.Sign(answer), webhook);

    /// <summary>Sends any body to the address of a webhook.</summary>
    public Task<AdministrationAnswer> SendAsync(string body, string webhook = "chat", string type = "application/jose") =>
        Site.SendAsync($"/v1/webhooks/{webhook}/answers", body, null, ("Content-Type", type));

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        foreach (var (receiver, signer) in Hooks.Values)
        {
            await receiver.DisposeAsync();
            signer.Dispose();
        }

        folder.Delete(recursive: true);
    }

    private static ApprovalWebhookSettings Settings(string name, WebhookReceiver receiver, AnswerSigner signer, string file, string issuer) => new()
    {
        Name = name,
        Url = new Uri(receiver.Url, "/hook"),
        Secret = new SecretReference("file", file),
        SendsArguments = true,
        Approvers = [new WebhookApprovers { Issuer = issuer, Subjects = ["carol", "dora", "alice"], Keys = [signer.Key] }],
    };
}
