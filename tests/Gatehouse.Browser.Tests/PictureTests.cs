using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.Inventory.Tests.Reports;
using Microsoft.Playwright;

namespace Gatehouse.Browser.Tests;

/// <summary>
/// The pictures of the pages in the documentation. A picture carries the digest of the page that it shows, so that it is compared without a browser
/// and without regard to the fonts of a machine. The page names its style sheet by digest, so a change of style counts too.
/// </summary>
public sealed class PictureTests(Chromium chromium)
{
    private const int Width = 760;
    private const int MostBytes = 200_000;
    private const string Digest = "gatehouse-page-sha256";

    [Theory]
    [InlineData("consent-warnings", "light", "consent-light")]
    [InlineData("consent-warnings", "dark", "consent-dark")]
    [InlineData("confirmation", "light", "confirmation")]
    [InlineData("grants", "light", "grants")]
    [InlineData("fault", "light", "fault")]
    [InlineData("connect", "light", "connect")]
    public async Task Picture_ShowsThePageOfToday(string name, string scheme, string picture)
    {
        var page = SamplePages.Render(name, PageLanguage.English);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(page)));
        var file = Path.Join(Root(), "docs", "images", "sign-in", picture + ".png");
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1" && PngText.Read(await BytesAsync(file), Digest) != digest)
        {
            await using var window = await chromium.OpenAsync(scheme, Width, height: 400);
            await window.GoToAsync(name);
            var png = await window.Page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true });
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, PngText.With(png, Digest, digest));
        }

        var there = await BytesAsync(file);
        Assert.True(PngText.Read(there, Digest) == digest,
            $"{file} shows another page than today's. With Chromium on PATH, write it with GATEHOUSE_UPDATE=1 ./test --only PictureTests, and look at it.");
        Assert.Equal(Width, PngText.Size(there).Width);
        Assert.InRange(there.Length, 1, MostBytes);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder.FullName, "Gatehouse.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }

    private static async Task<byte[]> BytesAsync(string file) => File.Exists(file) ? await File.ReadAllBytesAsync(file) : [];
}
