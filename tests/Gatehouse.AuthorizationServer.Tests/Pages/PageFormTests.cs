using System.Text.RegularExpressions;
using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.AuthorizationServer.Tests.Pages;

/// <summary>Rules that every page keeps, whatever its subject.</summary>
public sealed partial class PageFormTests
{
    public static TheoryData<string, string> Pages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in SamplePages.Names)
            {
                foreach (var language in Enum.GetNames<PageLanguage>()) data.Add(name, language);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    [Trait("Requirement", "G05")]
    public void Page_NeedsNoScriptNoInlineStyleAndNothingFromElsewhere(string name, string language)
    {
        var page = SamplePages.Render(name, Enum.Parse<PageLanguage>(language));
        Assert.DoesNotMatch(Forbidden(), page);
        Assert.Equal([Stylesheet.Address], Loaded().Matches(page).Select(match => match.Groups[1].Value));
        Assert.Contains($"<html lang=\"{PageLanguages.TagOf(Enum.Parse<PageLanguage>(language))}\">", page, StringComparison.Ordinal);
        Assert.Contains("</svg>Gatehouse</p>", page, StringComparison.Ordinal);
        Assert.Contains(SamplePages.Host, page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Headings_AreInOrder(string name, string language)
    {
        var page = SamplePages.Render(name, Enum.Parse<PageLanguage>(language));
        var levels = Heading().Matches(page).Select(match => int.Parse(match.Groups[1].ValueSpan)).ToList();
        Assert.Equal(1, levels[0]);
        Assert.Equal(1, levels.Count(level => level == 1));
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second - pair.First <= 1));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Elements_AreClosedInOrder(string name, string language)
    {
        var open = new Stack<string>();
        foreach (Match tag in AnyTag().Matches(SamplePages.Render(name, Enum.Parse<PageLanguage>(language))))
        {
            if (tag.Groups[2].Value is "meta" or "link" or "input" or "doctype") continue;
            if (tag.Groups[1].Length == 0) open.Push(tag.Groups[2].Value);
            else Assert.Equal(open.Pop(), tag.Groups[2].Value);
        }

        Assert.Empty(open);
    }

    [Fact]
    public void Confirmation_HasItsThreeDecisions()
    {
        var page = SamplePages.Render("confirmation", PageLanguage.English);
        Assert.Equal(["continue", "other", "deny"], Decision().Matches(page).Select(match => match.Groups[1].Value));
        Assert.Contains("action=\"/oauth/confirm\"", page, StringComparison.Ordinal);
        Assert.Contains("Alice Jensen", page, StringComparison.Ordinal);
    }

    [Fact]
    public void EachGrant_IsWithdrawnByItsOwnForm()
    {
        var page = SamplePages.Render("grants", PageLanguage.English);
        Assert.Equal(["grant-1", "grant-2", "grant-3"], Grant().Matches(page).Select(match => match.Groups[1].Value));
        Assert.Equal(["sign-out", "everywhere"], Decision().Matches(page).Select(match => match.Groups[1].Value));
        Assert.Equal(5, page.Split("action=\"/oauth/grants\"").Length - 1);
    }

    [Fact]
    public void EveryFault_HasItsOwnWordsAndTheRequestId()
    {
        var pages = Enum.GetValues<PageFault>().Select(fault =>
            FaultPage.Render(new PageFrame(PageLanguage.English, SamplePages.Host), SamplePages.Fault with { Fault = fault })).ToList();
        Assert.Equal(pages.Count, pages.Select(page => page.Split("<h1>")[1].Split("</h1>")[0]).Distinct().Count());
        Assert.All(pages, page => Assert.Contains(SamplePages.Fault.RequestId, page, StringComparison.Ordinal));
    }

    [Fact]
    public void Forward_GoesToTheAddress_AndHasALinkToIt()
    {
        var page = ForwardPage.Render(new PageFrame(PageLanguage.English, SamplePages.Host), new Uri("https://app.example/cb?code=1&state=\"'<2>"));
        const string shown = "https://app.example/cb?code=1&amp;state=%22&#39;%3C2%3E";
        Assert.Contains($"<meta http-equiv=\"refresh\" content=\"0; url={shown}\">", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{shown}\"", page, StringComparison.Ordinal);
        Assert.Contains("Your browser goes to <strong><bdi>app.example</bdi></strong> now.", page, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "G01")]
    [InlineData("javascript:alert(1)")]
    [InlineData("JAVASCRIPT:alert(1)")]
    [InlineData("vbscript:x")]
    [InlineData("data:text/html,x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("blob:https://a.example/1")]
    [InlineData("/relative")]
    public void Forward_GoesToNoAddressThatRunsOrReads(string address) => Assert.Throws<ArgumentException>(() =>
        ForwardPage.Render(new PageFrame(PageLanguage.English, SamplePages.Host), new Uri(address, UriKind.RelativeOrAbsolute)));

    [Fact]
    public void Stylesheet_LoadsNothing()
    {
        var style = System.Text.Encoding.UTF8.GetString(Stylesheet.Content.Span);
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        Assert.StartsWith(Stylesheet.Path + "?v=", Stylesheet.Address, StringComparison.Ordinal);
    }

    [GeneratedRegex("<script|<iframe|<object|<embed|<base|<style|\\sstyle=|\\son[a-z]+=|javascript:|data:|http-equiv", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();

    // A link loads nothing: a person follows it.
    [GeneratedRegex("(?<!<a)\\s(?:src|href|srcset)=\"([^\"]*)\"")]
    private static partial Regex Loaded();

    [GeneratedRegex("<h([1-6])[ >]")]
    private static partial Regex Heading();

    [GeneratedRegex("<(/?)!?([a-z][a-z0-9]*)[^>]*>")]
    private static partial Regex AnyTag();

    [GeneratedRegex("name=\"decision\" value=\"([^\"]+)\"")]
    private static partial Regex Decision();

    [GeneratedRegex("name=\"grant\" value=\"([^\"]+)\"")]
    private static partial Regex Grant();
}
