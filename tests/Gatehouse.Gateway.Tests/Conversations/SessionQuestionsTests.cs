using System.Globalization;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Tests.Conversations;

/// <summary>The questions of a session: which may be shown, which may be answered, and which make room (X11, L18).</summary>
[Trait("Requirement", "AZ-07")]
[Trait("NoRetry", "yes")]
public sealed class SessionQuestionsTests
{
    private readonly SessionQuestions questions = new();

    // A client that resumes the stream of a request sees the question there, and the exchange that opened the stream is judged as well.
    [Fact]
    public void Question_IsOneForEachExchangeOfItsStream()
    {
        Assert.True(Show("q", "stream", "first"));
        Assert.True(Show("q", "stream", "resumed", mayBegin: false));
        Assert.False(Show("q", "stream", "first"));
        Assert.False(Show("q", "other", "third"));
        Assert.NotNull(questions.Take(Id("q")));
        Assert.Null(questions.Take(Id("q")));
    }

    [Fact]
    public void NewQuestion_NeedsARequestInProgress() => Assert.False(Show("q", "stream", "first", mayBegin: false));

    [Fact]
    public void QuestionThatIsTakenBack_IsNotAnswered_AndMakesRoom()
    {
        Fill();
        Assert.False(Show("more", "stream", "e"));
        Assert.True(questions.TryTakeBack(Id("3")));
        Assert.True(questions.TryTakeBack(Id("3"))); // each exchange of the stream shows it
        Assert.Null(questions.Take(Id("3")));
        Assert.False(Show("3", "stream", "other"));
        Assert.True(Show("more", "stream", "e"));
        Assert.False(questions.TryTakeBack(Id("3")));
        Assert.NotNull(questions.Take(Id("more")));
    }

    // The threat: a client that leaves 64 questions without an answer, or a server that asks them, ends all later ones of the session.
    [Fact]
    public void QuestionsOfRequestsThatAreOver_MakeRoom()
    {
        Fill();
        Assert.False(Show("more", "next", "e", isOver: stream => stream == "next"));
        Assert.True(Show("more", "next", "e", isOver: stream => stream == "stream"));
        Assert.Null(questions.Take(Id("0")));
        Assert.NotNull(questions.Take(Id("1")));
    }

    [Fact]
    public void QuestionForTheRoots_IsOneForEachAnnouncement()
    {
        Assert.False(questions.TryShowRoots(Question("r", "", "e"), NeverOver));
        questions.AnnounceRoots();
        Assert.True(questions.TryShowRoots(Question("r", "", "e"), NeverOver));
        Assert.False(questions.TryShowRoots(Question("s", "", "e"), NeverOver));
    }

    [Fact]
    public void QuestionThatIsPutBack_IsAnsweredOnce()
    {
        Assert.True(Show("q", "stream", "e"));
        var taken = questions.Take(Id("q"))!;
        Assert.False(questions.IsProgressOf(Id("token")));
        questions.PutBack(taken);
        Assert.True(questions.IsProgressOf(Id("token")));
        Assert.Same(taken, questions.Take(Id("q")));
        Assert.Null(questions.Take(Id("q")));
    }

    // The threat: a stream that is resumed brings an earlier question again, and the person is asked twice.
    [Fact]
    public void QuestionThatWasAnswered_IsRepeatedOnAResumedStream_AndItsIdIsFreeElsewhere()
    {
        Assert.True(Show("q", "stream", "first"));
        Assert.True(Show("q", "stream", "resumed"));
        questions.Close(questions.Take(Id("q"))!);
        Assert.Equal(QuestionShowing.Repeated, questions.Show(Question("q", "stream", "resumed"), mayBegin: true, NeverOver));
        Assert.False(questions.TryTakeBack(Id("q"))); // the server has the answer
        Assert.True(Show("q", "other", "second"));
        Assert.NotNull(questions.Take(Id("q")));
    }

    [Fact]
    public void QuestionThatItsServerTakesBackWhileTheAnswerIsOnTheWay_IsNotPutBack()
    {
        Assert.True(Show("q", "stream", "e"));
        var taken = questions.Take(Id("q"))!;
        Assert.True(questions.TryTakeBack(Id("q")));
        questions.PutBack(taken);
        Assert.Null(questions.Take(Id("q")));
        Assert.Equal(QuestionShowing.Repeated, questions.Show(Question("q", "stream", "resumed"), mayBegin: true, NeverOver));
    }

    // Some servers begin with the same number in each call, and some use one id for all questions.
    [Fact]
    public void IdOfAQuestionThatIsOver_IsUsedAgain()
    {
        Assert.True(Show("q", "stream", "first"));
        Assert.NotNull(questions.Take(Id("q")));
        Assert.True(Show("q", "stream", "first"));
        questions.Close(questions.Take(Id("q"))!);
        Assert.True(Show("q", "stream", "first"));
        Assert.True(questions.TryTakeBack(Id("q")));
        Assert.True(Show("q", "stream", "first"));
        Assert.False(Show("q", "next", "second"));
        Assert.True(Show("q", "next", "second", isOver: stream => stream == "stream")); // never answered
        Assert.NotNull(questions.Take(Id("q")));
    }

    // Each GET without a position has the session's own stream: what comes on it is no repetition.
    [Fact]
    public void QuestionOnTheSessionsOwnStream_IsNeverARepeatedOne()
    {
        questions.AnnounceRoots();
        Assert.True(questions.TryShowRoots(Question("r", "", "first"), NeverOver));
        questions.Close(questions.Take(Id("r"))!);
        questions.AnnounceRoots();
        Assert.Equal(QuestionShowing.Refused, questions.Show(Question("r", "", "second"), mayBegin: false, NeverOver));
        Assert.True(questions.TryShowRoots(Question("r", "", "second"), NeverOver));
    }

    [Fact]
    public void QuestionsThatWereAnswered_MakeRoom()
    {
        Fill();
        Assert.NotNull(questions.Take(Id("5")));
        Assert.True(Show("more", "stream", "e"));
        Assert.False(Show("another", "stream", "e"));
    }

    private void Fill()
    {
        for (var i = 0; i < SessionQuestions.Most; i++) Assert.True(Show(i.ToString(CultureInfo.InvariantCulture), "stream", "e"));
    }

    private bool Show(string id, string stream, string exchange, bool mayBegin = true, Func<string, bool>? isOver = null) =>
        questions.Show(Question(id, stream, exchange), mayBegin, isOver ?? NeverOver) == QuestionShowing.Shown;

    private static ServerQuestion Question(string id, string stream, string exchange) => new(Id(id), Id("token"), stream, exchange);

    private static JsonRpcId Id(string id) => JsonRpcId.Of(id);

    private static bool NeverOver(string stream) => false;
}
