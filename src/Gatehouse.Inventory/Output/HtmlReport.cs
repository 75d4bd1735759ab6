using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>
/// The report as one HTML page for people: a summary first, then findings by kind with filters, servers, and gaps. No script, no image, no address
/// that is loaded. The policy in it forbids what escaping might miss.
/// </summary>
public static class HtmlReport
{
    private static readonly string Style = ReadStyle();

    // Meanings for readers who did not run the scan; Severity and Confidence say the same.
    private static readonly (string Word, string Meaning)[] SeverityMeanings =
    [
        ("critical", "The damage is as good as done: a live secret in the open, or code of others that runs unseen."),
        ("high", "Someone else can act with this person's rights, or learn a secret, under ordinary conditions."),
        ("medium", "A weakness that should be fixed."),
        ("low", "A weakness that helps an attacker who already has something else."),
        ("note", "Worth knowing. Nothing has to be done."),
    ];

    /// <summary>Renders the page.</summary>
    public static string Render(ScanReport report) => Render(report, VisibleText.Html);

    /// <summary>Renders the page.</summary>
    /// <param name="report">The report.</param>
    /// <param name="shown">Makes outside text safe on a page.</param>
    /// <param name="policy">The element that lists what the page may load; null for the page's own.</param>
    internal static string Render(ScanReport report, Func<string, string> shown, string? policy = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (page, view) = (new HtmlWriter(shown), new HtmlView(report));
        var style = Style + HtmlFilters.Rules(view);
        Head(page, new HtmlPart(policy ?? PolicyOf(style)), new HtmlPart(style));
        Header(page, report);
        page.Write($"<main>\n");
        HtmlSummary.Write(page, view);
        HtmlFindings.Write(page, view);
        HtmlServers.Write(page, view);
        Gaps(page, report);
        Meanings(page);
        page.Write($"</main>\n<footer>Made by <code>gatehouse scan</code>. This file loads nothing, runs nothing and holds no value of a secret. ");
        page.Write($"It names files and servers of the machine: share it as you would share those names.</footer>\n</body></html>\n");
        return page.ToString();
    }

    private static string PolicyOf(string style) =>
        $"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; base-uri 'none'; form-action 'none'">""";

    private static void Head(HtmlWriter page, HtmlPart policy, HtmlPart style)
    {
        page.Write($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n{policy}\n");
        page.Write($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">\n");
        page.Write($"<title>Gatehouse scan of MCP servers</title><style>{style}</style></head><body>\n");
    }

    private static void Header(HtmlWriter page, ScanReport report)
    {
        page.Write($"<header>\n<h1>Scan of MCP servers</h1>\n<p class=\"made\">{report.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
        if (report.Roots.Count > 0) page.Write($" · folders: <code>{string.Join(", ", report.Roots)}</code>");
        page.Write($"</p>\n<p class=\"made\">{ReportText.Totals(report)}</p>\n<nav aria-label=\"Parts of this page\"><ul>");
        page.Write($"<li><a href=\"#summary\">Summary</a></li><li><a href=\"#findings\">Findings</a></li><li><a href=\"#servers\">Servers</a></li>");
        if (report.Running.Count > 0) page.Write($"<li><a href=\"#running\">Running</a></li>");
        if (report.Gaps.Count > 0) page.Write($"<li><a href=\"#not-measured\">Not measured</a></li>");
        page.Write($"<li><a href=\"#meanings\">Meaning of the words</a></li></ul></nav>\n</header>\n");
    }

    private static void Gaps(HtmlWriter page, ScanReport report)
    {
        if (report.Gaps.Count == 0) return;
        page.Write($"<section id=\"not-measured\">\n<h2>Not measured</h2>\n<div class=\"card\"><table class=\"plain\">\n");
        page.Write($"<thead><tr><th scope=\"col\">Result</th><th scope=\"col\">What, and why</th></tr></thead>\n<tbody>\n");
        foreach (var gap in report.Gaps.OrderByDescending(gap => gap.IsFailure))
            page.Write($"<tr><td>{(gap.IsFailure ? "failed" : "not asked")}</td><td><bdi>{gap.What}</bdi>: <bdi>{gap.Why}</bdi></td></tr>\n");
        page.Write($"</tbody></table></div>\n</section>\n");
    }

    private static void Meanings(HtmlWriter page)
    {
        page.Write($"<section id=\"meanings\">\n<h2>Meaning of the words</h2>\n<div class=\"card legend\">\n");
        foreach (var (word, meaning) in SeverityMeanings)
            page.Write($"<div><span class=\"mark {word}\">{word}</span><p>{meaning}</p></div>\n");
        page.Write($"<div><b>confidence</b><p>High: the file says so itself. Medium: likely, a person should look. Low: a guess from names.</p></div>\n");
        page.Write($"<div><b>grade</b><p>F with a critical finding, D with a high one, C with a medium one, B with a low one, else A. A finding of low ");
        page.Write($"confidence counts one step milder. While something could not be measured, C is the best grade.</p></div>\n</div>\n</section>\n");
    }

    private static string ReadStyle()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
