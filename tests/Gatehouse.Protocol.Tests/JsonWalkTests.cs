using System.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Tests;

public class JsonWalkTests
{
    private static readonly byte[] Json = """{ "a" : [ 1 , "x,]\"" , { "b" : [ ] } , null , -2.5e3 ] , "\u0062" : true , "c":{} }"""u8.ToArray();

    [Fact]
    public void Finds_MembersByDecodedName()
    {
        var whole = new ByteRange(0, Json.Length);
        Assert.True(JsonWalk.TryFindMember(Json, whole, "b"u8, out var value));
        Assert.Equal("true"u8, value.Of(Json));
        Assert.False(JsonWalk.TryFindMember(Json, whole, "B"u8, out _));
        Assert.True(JsonWalk.TryFindMember(Json, whole, "c"u8, out value));
        Assert.Equal("{}"u8, value.Of(Json));
        Assert.False(JsonWalk.TryFindMember(Json, value, "c"u8, out _));
        Assert.False(JsonWalk.TryFindMember(Json, default, "c"u8, out _));
    }

    [Fact]
    public void Enumerates_ElementsInOrder()
    {
        JsonWalk.TryFindMember(Json, new ByteRange(0, Json.Length), "a"u8, out var array);
        var tokens = new List<string>();
        foreach (var element in JsonWalk.Elements(Json, array))
            tokens.Add(Encoding.UTF8.GetString(element.Of(Json)));
        Assert.Equal(["1", "\"x,]\\\"\"", "{ \"b\" : [ ] }", "null", "-2.5e3"], tokens);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[ \n]")]
    [InlineData("{}")]
    [InlineData("1")]
    public void Enumerates_NothingWhereThereIsNoElement(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var count = 0;
        foreach (var _ in JsonWalk.Elements(bytes, new ByteRange(0, bytes.Length)))
            count++;
        foreach (var _ in JsonWalk.Members(bytes, new ByteRange(0, bytes.Length)))
            count++;
        Assert.Equal(0, count);
    }

    [Fact]
    public void Compares_StringsDecoded()
    {
        Assert.True(JsonText.Is("\"\\ud83d\\ude00\\n\""u8, "😀\n"u8));
        Assert.False(JsonText.Is("\"ab\""u8, "a"u8));
        Assert.False(JsonText.Is("\"a\""u8, "ab"u8));
        Assert.False(JsonText.Is("1"u8, "1"u8));
        Assert.Equal("é\"<", JsonText.Decode(JsonText.Encode("é\"<")));
        Assert.Equal("a\uFFFD", JsonText.Decode(JsonText.Encode("a\ud800")));
        foreach (var text in new[] { "it's", "\\u0027", "\\'", "'\\", "\\\\u0027'", "\u2019'\n'" })
            Assert.Equal(text, JsonText.Decode(JsonText.Encode(text)));
        Assert.Equal("\"it's \\u003C\"", Encoding.UTF8.GetString(JsonText.Encode("it's <")));
        Assert.Null(JsonText.Decode("12"u8));
    }
}
