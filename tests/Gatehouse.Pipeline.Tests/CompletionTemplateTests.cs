using System.Text;
using Gatehouse.Pipeline.Uris;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Tests;

/// <summary>Templates of completions become what RFC 6570 says: its own examples (section 3.2), of the variables that have one value.</summary>
[Trait("Requirement", "AZ-01")]
public sealed class CompletionTemplateTests
{
    private const string Variables =
        """
        {"var":"value","hello":"Hello World!","half":"50%","empty":"","who":"fred","base":"http://example.com/home/","path":"/foo/bar","v":"6","x":"1024","y":"768","dub":"me/too","dom":"example"}
        """;

    [Theory]
    [InlineData("{var}", "value")] // section 3.2.2
    [InlineData("{hello}", "Hello%20World%21")]
    [InlineData("{half}", "50%25")]
    [InlineData("O{empty}X", "OX")]
    [InlineData("{x,y}", "1024,768")]
    [InlineData("{x,hello,y}", "1024,Hello%20World%21,768")]
    [InlineData("?{x,empty}", "?1024,")]
    [InlineData("{base}index", "http%3A%2F%2Fexample.com%2Fhome%2Findex")]
    [InlineData("{+var}", "value")] // section 3.2.3
    [InlineData("{+hello}", "Hello%20World!")]
    [InlineData("{+half}", "50%25")]
    [InlineData("{+base}index", "http://example.com/home/index")]
    [InlineData("O{+empty}X", "OX")]
    [InlineData("{+path}/here", "/foo/bar/here")]
    [InlineData("up{+path}{var}/here", "up/foo/barvalue/here")]
    [InlineData("{+x,hello,y}", "1024,Hello%20World!,768")]
    [InlineData("{#var}", "#value")] // section 3.2.4
    [InlineData("{#hello}", "#Hello%20World!")]
    [InlineData("{#half}", "#50%25")]
    [InlineData("foo{#empty}", "foo#")]
    [InlineData("{#path,x}/here", "#/foo/bar,1024/here")]
    [InlineData("{.who}", ".fred")] // section 3.2.5
    [InlineData("{.who,who}", ".fred.fred")]
    [InlineData("{.half,who}", ".50%25.fred")]
    [InlineData("www{.dom}", "www.example")]
    [InlineData("X{.empty}", "X.")]
    [InlineData("{/who}", "/fred")] // section 3.2.6
    [InlineData("{/half,who}", "/50%25/fred")]
    [InlineData("{/who,dub}", "/fred/me%2Ftoo")]
    [InlineData("{/var,empty}", "/value/")]
    [InlineData("{/var,x}/here", "/value/1024/here")]
    [InlineData("{;who}", ";who=fred")] // section 3.2.7
    [InlineData("{;half}", ";half=50%25")]
    [InlineData("{;empty}", ";empty")]
    [InlineData("{;v,empty,who}", ";v=6;empty;who=fred")]
    [InlineData("{;x,y}", ";x=1024;y=768")]
    [InlineData("{;x,y,empty}", ";x=1024;y=768;empty")]
    [InlineData("{?who}", "?who=fred")] // section 3.2.8
    [InlineData("{?half}", "?half=50%25")]
    [InlineData("{?x,y}", "?x=1024&y=768")]
    [InlineData("{?x,y,empty}", "?x=1024&y=768&empty=")]
    [InlineData("{&who}", "&who=fred")] // section 3.2.9
    [InlineData("?fixed=yes{&x}", "?fixed=yes&x=1024")]
    [InlineData("{&x,y,empty}", "&x=1024&y=768&empty=")]
    public void Fill_IsTheExpansionOfTheSpecification(string template, string expected) =>
        Assert.Equal("t://h/" + expected, Filled("t://h/" + template));

    [Theory]
    [InlineData("{var:3}")]
    [InlineData("{+path:6}/here")]
    [InlineData("{;hello:5}")]
    [InlineData("{var:3,x}")]
    [InlineData("{typed:3}")] // neither is how the one begins that is being typed
    [InlineData("{unknown}")]
    [InlineData("{x,unknown}")]
    public void Fill_LeavesWhatIsNotKnown(string template) => Assert.Equal("t://h/" + template, Filled("t://h/" + template));

    [Theory]
    [InlineData("{typed}", "be{typed}")]
    [InlineData("{/typed}", "{/typed}")]
    [InlineData("{x}{typed}", "1024be{typed}")]
    public void Fill_SaysHowTheTypedOneBegins(string template, string expected) => Assert.Equal("t://h/" + expected, Filled("t://h/" + template));

    [Theory]
    [InlineData("%2F", "%2F")] // an escape stays one
    [InlineData("%2", "%252")]
    [InlineData("%zz", "%25zz")]
    [InlineData("\u00e9", "%C3%A9")]
    public void Fill_KeepsEscapesOfReservedValues(string value, string expected) =>
        Assert.Equal("t://h/" + expected, Filled("t://h/{+it}", $"{{\"it\":\"{value}\"}}"));

    private static string Filled(string template, string variables = Variables)
    {
        var about = $"\"ref\":{{\"type\":\"ref/resource\",\"uri\":\"{template}\"}},\"argument\":{{\"name\":\"typed\",\"value\":\"be\"}},\"context\":{{\"arguments\":{variables}}}";
        var json = $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"completion/complete\",\"params\":{{{about}}}}}";
        Assert.True(MessageValidator.TryValidate(Encoding.UTF8.GetBytes(json), MessageLimits.Default, out var message, out var failure),
            failure.Fault.ToString());
        return CompletionTemplate.Fill(message!) ?? throw new InvalidOperationException("too long");
    }
}
