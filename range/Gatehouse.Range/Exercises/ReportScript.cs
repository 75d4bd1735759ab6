using Gatehouse.Inventory.Output;
using Gatehouse.Range.Running;
using Gatehouse.Range.Screens;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>The name of a server runs in the browser of whoever opens the report.</summary>
public sealed class ReportScript : ScreenExercise
{
    private static readonly string[] Command = ["node", "/srv/x.js"];

    /// <inheritdoc />
    public override string Id => "report-script";

    /// <inheritdoc />
    public override string Title => "Server name that runs in the report";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["IN-01", "E11"];

    /// <inheritdoc />
    public override string Protection => "command scan, escaping of outside text for HTML and the page's own policy";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A tool writes the servers that it found into a page, with their names unchanged. A browser opens the page from a disk or an artifact "
            + "store, where scripts have more access than on a website.",
        "Mallory gives servers names that are markup: a script, a picture that fails to load, a drawing with a handler, a frame with its own page, "
            + "or a name that closes its attribute.",
        "In Gatehouse's report, text from outside is always text, and the page forbids scripts, frames and addresses.",
        "With unescaped names and without the page's policy, the scripts run again in Chromium.");

    /// <inheritdoc />
    public override Need Needs => Need.Browser;

    internal override Task<Func<string, Task<string>>> OpenUnguardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<string, Task<string>>>(configuration => Task.FromResult(NaiveLister.Page(configuration)));

    internal override Task<Func<string, Task<string>>> OpenGuardedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<string, Task<string>>>(
            async configuration => HtmlReport.Render(await ScanAsync(fixture, configuration).ConfigureAwait(false)));

    internal override Task<Func<string, Task<string>>> OpenReplacedAsync(RangeFixture fixture) =>
        Task.FromResult<Func<string, Task<string>>>(
            async configuration => HtmlReport.Render(await ScanAsync(fixture, configuration).ConfigureAwait(false), static text => text, policy: ""));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Func<string, Task<string>> subject, RangeFixture fixture)
    {
        (string Name, string Markup)[] payloads =
        [
            ("script", $"<script>{Mark("script")}</script>"),
            ("picture", $"<img src=x onerror=\"{Mark("picture")}\">"),
            ("drawing", $"<svg onload=\"{Mark("drawing")}\">"),
            ("frame", $"<iframe srcdoc=\"<script>parent.{Mark("frame")}</script>\"></iframe>"),
            // An event of an animation needs a frame that is drawn, which a browser under load may not draw before it prints the page.
            ("attribute", $"\"></p></code></h3><details open ontoggle=\"{Mark("attribute")}\">"),
        ];
        var page = await subject(Configuration([.. payloads.Select(payload => (payload.Markup, Command))])).ConfigureAwait(false);
        var root = await Browser.RootAfterLoadingAsync(fixture, page).ConfigureAwait(false);
        return
        [
            .. payloads.Select(payload =>
            {
                var ran = root.Contains($"data-{payload.Name}=\"{fixture.Canary.Secret}\"", StringComparison.Ordinal);
                return new Attempt(payload.Name, ran, ran ? "it ran in the page" : "it did not run");
            }),
        ];

        string Mark(string name) => $"document.documentElement.setAttribute('data-{name}','{fixture.Canary.Secret}')";
    }

    internal override async Task<bool> UseHonestlyAsync(Func<string, Task<string>> subject, RangeFixture fixture)
    {
        var page = await subject(Configuration(("R&D <beta>", ["npx", "-y", "tea-server@1.0.0"]))).ConfigureAwait(false);
        return page.Contains("tea-server@1.0.0", StringComparison.Ordinal) && page.Contains("R&", StringComparison.Ordinal);
    }
}
